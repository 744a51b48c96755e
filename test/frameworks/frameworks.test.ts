import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { expectPage, Site, type Visit } from "../e2e/harness.ts";
import { STRICT_CSP } from "../e2e/site-server.ts";
import { type App, buildApp, documentedCode, removeApps } from "./apps.ts";

/** What every application does: shows and hides the component, makes it inline and back, and notes what was chosen. */
const REACT_APP = `
import { StrictMode, useCallback, useState } from "react";
import { Search } from "./search.jsx";

export function App() {
  const [shown, setShown] = useState(true);
  const [inline, setInline] = useState(false);
  const onSelect = useCallback((event) => {
    event.preventDefault();
    (window.chosen ??= []).push(event.detail.href);
  }, []);
  return (
    <StrictMode>
      <button type="button" onClick={() => setShown(!shown)}>Show or hide</button>
      <button type="button" onClick={() => setInline(!inline)}>Inline or not</button>
      {shown && <Search inline={inline} onSelect={onSelect} />}
    </StrictMode>
  );
}`;
const REACT_CLIENT = `
import { createRoot, hydrateRoot } from "react-dom/client";
import { App } from "./app.jsx";

const root = document.getElementById("root");
if (root.firstElementChild) hydrateRoot(root, <App />, { onRecoverableError: (error) => console.error(error) });
else createRoot(root).render(<App />);`;
const REACT_SERVER = `
import { renderToString } from "react-dom/server";
import { App } from "./app.jsx";

export const render = () => renderToString(<App />);`;
const REACT_FILES = { "app.jsx": REACT_APP, "client.jsx": REACT_CLIENT, "server.jsx": REACT_SERVER };
const REACT_18 = {
  "react-dom/client": "react-dom-18/client",
  "react-dom/server": "react-dom-18/server",
  "react-dom": "react-dom-18",
  react: "react-18",
};

const VUE_FILES = {
  "app.vue": `<script setup>
import { ref } from "vue";
import Search from "./search.vue";

const shown = ref(true);
const inline = ref(false);
function onSelect(event) {
  event.preventDefault();
  (window.chosen ??= []).push(event.detail.href);
}
</script>

<template>
  <button type="button" @click="shown = !shown">Show or hide</button>
  <button type="button" @click="inline = !inline">Inline or not</button>
  <Search v-if="shown" :inline="inline" @select="onSelect" />
</template>`,
  "client.js": `
import { createApp, createSSRApp } from "vue";
import App from "./app.vue";

const root = document.getElementById("root");
(root.firstElementChild ? createSSRApp : createApp)(App).mount(root);`,
  "server.js": `
import { createSSRApp } from "vue";
import { renderToString } from "vue/server-renderer";
import App from "./app.vue";

export const render = () => renderToString(createSSRApp(App));`,
};

const SVELTE_FILES = {
  "app.svelte": `<script>
  import Search from "./search.svelte";

  let shown = $state(true);
  let inline = $state(false);
  function onselect(event) {
    event.preventDefault();
    (window.chosen ??= []).push(event.detail.href);
  }
</script>

<button type="button" onclick={() => (shown = !shown)}>Show or hide</button>
<button type="button" onclick={() => (inline = !inline)}>Inline or not</button>
{#if shown}<Search {inline} {onselect} />{/if}`,
  "client.js": `
import { hydrate, mount } from "svelte";
import App from "./app.svelte";

const target = document.getElementById("root");
(target.firstElementChild ? hydrate : mount)(App, { target });`,
  "server.js": `
import { render as renderSvelte } from "svelte/server";
import App from "./app.svelte";

export const render = () => renderSvelte(App).body;`,
};

const REACT = { component: "search.jsx", files: REACT_FILES, client: "client.jsx", server: "server.jsx" };
const BY_REF = "React 18, or rendered on a server";

const FRAMEWORKS = [
  { ...REACT, name: "react-19", heading: "React 19" },
  { ...REACT, name: "react-18", heading: BY_REF, alias: REACT_18 },
  { name: "vue", heading: "Vue", component: "search.vue", files: VUE_FILES, client: "client.js", server: "server.js" },
  {
    name: "svelte",
    heading: "Svelte",
    component: "search.svelte",
    files: SVELTE_FILES,
    client: "client.js",
    server: "server.js",
  },
];

/** Each rendered in the browser alone, and on a server first. */
const APPS: readonly App[] = FRAMEWORKS.flatMap(({ server, ...app }) => [
  app,
  { ...app, name: `${app.name}-server`, heading: app.name === "react-19" ? BY_REF : app.heading, server },
]);

/** The page of the documentation that uses no framework; and one that Lit has drawn on a server. */
const OTHERS: readonly App[] = [
  { name: "plain", files: { "client.js": "" }, client: "client.js" },
  {
    name: "lit-server",
    files: {
      "client.js": `
import "@lit-labs/ssr-client/lit-element-hydrate-support.js";
import "semantic-search-element/element";`,
      "server.js": `
import { render as renderLit } from "@lit-labs/ssr";
import { collectResult } from "@lit-labs/ssr/lib/render-result.js";
import { html } from "lit";
import "semantic-search-element/element";

export const render = () => collectResult(renderLit(html\`<semantic-search src="/semantic-search/index.json"></semantic-search>\`));`,
    },
    client: "client.js",
    server: "server.js",
  },
];

let site: Site;
let visit: Visit;

beforeAll(async () => {
  site = await Site.open({
    prepare: async (dir) => {
      for (const app of [...APPS, ...OTHERS]) await buildApp(app, `${dir}/${app.name}`, "/handbook/");
    },
  });
}, 300_000);

afterAll(async () => {
  await site?.close();
  await removeApps();
});

describe.each(APPS)("$name: the component of the documentation", ({ name, server }) => {
  beforeEach(async () => {
    site.server.reset();
    visit = await site.visit(`${name}/index.html`);
  });

  afterEach(async () => {
    // Of Lit, in development.
    expect(visit.complaints.filter((text) => !text.includes("Lit is in dev mode"))).toEqual([]);
    await visit.close();
  });

  const element = () => visit.page.locator("semantic-search");
  const chosen = () => visit.page.evaluate(() => (globalThis as unknown as { chosen?: string[] }).chosen);
  const press = (button: string) => visit.page.getByRole("button", { name: button }).click();

  /** Searches and opens a result. */
  async function choose(): Promise<void> {
    await visit.search("sandpaper");
    await expectPage(visit.options.first()).toContainText("Repairing a puncture");
    await visit.page.keyboard.press("Enter");
  }

  if (server) {
    it("stands in the page that the server sends", async () => {
      const html = await (await fetch(visit.page.url())).text();
      expect(html).toMatch(/<semantic-search[^>]* src="\/handbook\/semantic-search\/index.json"/);
    });
  }

  it("takes properties, and its events are heard once", async () => {
    await expectPage(element().getByRole("button")).toHaveText(/Ask the handbook/);
    await visit.page.keyboard.press("Control+k");
    await choose();
    expect(await chosen()).toEqual([expect.stringMatching(/puncture\.html#.*/)]);
    expect(visit.page.url()).toContain(name);
  });

  it("takes booleans", async () => {
    await expectPage(element()).not.toHaveAttribute("inline");
    await press("Inline or not");
    await expectPage(visit.input).toBeVisible();
    await press("Inline or not");
    await expectPage(element()).not.toHaveAttribute("inline");
    await expectPage(visit.input).toBeHidden();
  });

  it("can be taken away and put back, in the middle of a search", async () => {
    await press("Inline or not");
    await visit.search("sandpaper");
    await press("Show or hide");
    await expectPage(element()).toHaveCount(0);
    await press("Show or hide");
    await choose();
    expect(await chosen()).toHaveLength(1);
  });
});

describe("without a framework", () => {
  afterEach(() => visit.close());

  it("the lines of the documentation work", async () => {
    site.server.reset();
    const lines = (await documentedCode("Plain HTML")).replaceAll("/semantic-search/", "/handbook/semantic-search/");
    site.server.change(/plain\/index\.html$/, (answer) => ({ ...answer, body: Buffer.from(lines) }));
    // They hold a script of their own.
    site.server.changePolicy(STRICT_CSP.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'"));
    visit = await site.visit("plain/index.html");
    const said = visit.page.waitForEvent("console", (message) => message.text().includes("puncture.html"));
    await expectPage(visit.page.getByRole("button")).toHaveText(/Ask the handbook/);
    await visit.page.keyboard.press("Control+k");
    await visit.search("sandpaper");
    await visit.page.keyboard.press("Enter");
    await said;
    await visit.page.waitForURL(/puncture\.html/);
  });

  it("what Lit has drawn on a server becomes alive, and is drawn once", async () => {
    site.server.reset();
    site.server.changePolicy(STRICT_CSP.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'"));
    visit = await site.visit("lit-server/index.html");
    expect(await (await fetch(visit.page.url())).text()).toContain("shadowrootmode");
    await expectPage(visit.page.getByRole("button")).toHaveCount(1);
    await visit.search("sandpaper");
    await expectPage(visit.options.first()).toContainText("Repairing a puncture");
    await expectPage(visit.page.getByRole("dialog")).toHaveCount(1);
    expect(visit.complaints.filter((text) => !text.includes("Lit is in dev mode"))).toEqual([]);
  });
});
