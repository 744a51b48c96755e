import axe from "axe-core";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { gzip } from "../../src/core/gzip.ts";
import { MANIFEST_FORMAT, MANIFEST_VERSION } from "../../src/core/manifest.ts";
import {
  encodeRelated,
  encodeRelatedGroups,
  type RelatedEntry,
  relatedShardFile,
  relatedShardOf,
} from "../../src/related/related-file.ts";
import type { SemanticRelatedElement } from "../../src/related/semantic-related-element.ts";
import "../../src/related.ts";
import { pause } from "./harness.ts";

const SITE = `${location.origin}/docs/`;
const HASH = "0123456789abcdef";
const SHARDS = 2;

/** Answers of the site's server by URL; others are 404. */
const files = new Map<string, Uint8Array | "broken">();
const requests: string[] = [];
let site = 0;

const named = (path: string, score: number, title = `Title of ${path}`) => ({ path, title, trail: "Guide", score });

const ENTRIES: RelatedEntry[] = [
  { path: "a/", related: ["b/", "c/", "d/", "e/", "f/", "g/"].map((path, i) => named(path, 0.9 - i / 10)) },
  { path: "b/", related: [named("a/", 0.9), named("x/", 0.8), named("c/", 0.2)] },
  { path: "c/", related: [named("x/", 0.5), named("y/", 0.4)] },
  { path: "guide.html", related: [named("b/", 0.5)] },
];

/** An index at an address of its own, because elements remember those that they have read. */
async function deploy(entries: readonly RelatedEntry[] = ENTRIES, manifest: object = {}): Promise<string> {
  const base = `${SITE}search-${site++}/`;
  const shards = Array.from({ length: SHARDS }, (_, n) =>
    entries.filter(({ path }) => relatedShardOf(path, SHARDS) === n),
  );
  for (const [n, shard] of shards.entries()) {
    files.set(base + relatedShardFile(HASH, n), await gzip(encodeRelated(shard)));
  }
  files.set(`${base}related/root.bin`, await gzip(encodeRelatedGroups([HASH])));
  const related = { file: "related/root.bin", bytes: 1, shards: SHARDS, group: SHARDS };
  const json = { format: MANIFEST_FORMAT, version: MANIFEST_VERSION, siteRoot: "../", related, ...manifest };
  files.set(`${base}index.json`, new TextEncoder().encode(JSON.stringify(json)));
  return `${base}index.json`;
}

beforeEach(() => {
  vi.stubGlobal("fetch", async (url: string) => {
    requests.push(url);
    const file = files.get(url);
    if (file === "broken") throw new TypeError("Failed to fetch");
    return file ? new Response(file as Uint8Array<ArrayBuffer>) : new Response("Not found", { status: 404 });
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
  localStorage.clear();
  requests.length = 0;
});

function create(attributes: Readonly<Record<string, string>>): SemanticRelatedElement {
  const element = document.createElement("semantic-related");
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  onTestFinished(() => element.remove());
  return element;
}

async function mount(attributes: Readonly<Record<string, string>>): Promise<SemanticRelatedElement> {
  const element = create(attributes);
  document.body.append(element);
  return element;
}

const all = (element: Element, part: string) => [
  ...(element.shadowRoot?.querySelectorAll<HTMLElement>(`[part=${part}]`) ?? []),
];
const titles = (element: Element) => all(element, "title").map(({ textContent }) => textContent);
const paths = (element: Element) =>
  all(element, "link").map((link) => (link as HTMLAnchorElement).href.slice(SITE.length));
const shown = (element: Element) => vi.waitFor(() => expect(titles(element)).not.toEqual([]), 10_000);

function nextError(element: HTMLElement): Promise<string> {
  return new Promise((resolve) => element.addEventListener("ss-error", (event) => resolve(event.detail.error.code)));
}

test("names the pages related to a page, with links below the site's root", async () => {
  const element = await mount({ src: await deploy(), page: "a/" });
  await shown(element);
  expect(paths(element)).toEqual(["b/", "c/", "d/", "e/"]);
  expect(titles(element)[0]).toBe("Title of b/");
  expect(all(element, "trail")[0]?.textContent).toBe("Guide");
  expect(all(element, "heading")[0]?.textContent).toBe("Read next");
  expect(requests.length).toBe(3);
  expect(localStorage.length).toBe(0);
  element.limit = 2;
  await vi.waitFor(() => expect(paths(element)).toEqual(["b/", "c/"]));
});

test("takes properties back when they are undefined, as frameworks have it", async () => {
  const element = create({ src: "x/", limit: "2", page: "a/", heading: "More" });
  Object.assign(element, { src: undefined, limit: undefined, page: null, heading: undefined, forYou: undefined });
  expect(element.getAttributeNames()).toEqual([]);
  expect(element.limit).toBe(4);
});

test.each([`${SITE}guide`, "/docs/guide.html", "guide/", "guide/index.html", "/docs/guide?q=1#part"])(
  "knows a page by any of its addresses: %s",
  async (page) => {
    const element = await mount({ src: await deploy(), page });
    await shown(element);
    expect(paths(element)).toEqual(["b/"]);
  },
);

test("names last what the page's own links to the next page show already", async () => {
  const pager = document.createElement("a");
  Object.assign(pager, { rel: "next", href: `${SITE}b/` });
  document.body.append(pager);
  onTestFinished(() => pager.remove());
  const element = await mount({ src: await deploy(), page: "a/", limit: "6" });
  await shown(element);
  expect(paths(element)).toEqual(["c/", "d/", "e/", "f/", "g/", "b/"]);
});

test("takes up no room while it waits, and when there is nothing", async () => {
  const box = document.createElement("div");
  box.style.display = "flow-root";
  document.body.append(box);
  onTestFinished(() => box.remove());
  const element = create({ src: await deploy(), page: "nowhere/" });
  element.style.margin = "50px";
  box.append(element);
  await pause(0);
  expect(box.offsetHeight).toBe(0);
  await vi.waitFor(() => expect(getComputedStyle(element).display).toBe("none"));
  expect(box.offsetHeight).toBe(0);
});

test("loads nothing until it comes near the view", async () => {
  const far = document.createElement("div");
  far.style.height = `${innerHeight + 2000}px`;
  document.body.append(far);
  onTestFinished(() => far.remove());
  const element = await mount({ src: await deploy(), page: "a/" });
  await pause(200);
  expect(requests).toEqual([]);
  far.style.height = `${innerHeight + 100}px`;
  await shown(element);
});

test("is of the page that the visitor is on, and follows the address", async () => {
  const { pathname } = location;
  onTestFinished(() => history.replaceState(null, "", pathname));
  history.replaceState(null, "", "/docs/a/?q=1#x");
  const element = await mount({ src: await deploy() });
  await shown(element);
  history.pushState(null, "", "/docs/b/");
  await vi.waitFor(() => expect(paths(element)).toEqual(["a/", "x/", "c/"]));
  const before = requests.length;
  history.replaceState(null, "", "/docs/b/#part");
  await pause(50);
  expect(requests.length).toBe(before);
});

test("tells pages apart by their queries where the site does, and by nothing that is put into the address", async () => {
  const { pathname } = location;
  onTestFinished(() => history.replaceState(null, "", pathname));
  history.replaceState(null, "", "/docs/record?id=2");
  const records = ["2", "3"].map((id) => ({ path: `record?id=${id}`, related: [named(`of-${id}/`, 0.5)] }));
  const element = await mount({ src: await deploy([...ENTRIES, ...records]) });
  await shown(element);
  expect(paths(element)).toEqual(["of-2/"]);
  history.pushState(null, "", "/docs/record?id=3");
  await vi.waitFor(() => expect(paths(element)).toEqual(["of-3/"]));
  const before = requests.length;
  history.replaceState(null, "", "/docs/record?id=3&q=typed");
  history.pushState(null, "", "/docs/record?id=3&q=typed#part");
  await pause(50);
  expect(requests.length).toBe(before);
  expect(paths(element)).toEqual(["of-3/"]);
});

test("speaks the language around it, and takes a heading of the author's", async () => {
  const src = await deploy();
  const element = create({ src, page: "a/" });
  const around = document.createElement("div");
  around.lang = "de-AT";
  around.append(element);
  document.body.append(around);
  onTestFinished(() => around.remove());
  await shown(element);
  expect(all(element, "heading")[0]?.textContent).toBe("Weiterlesen");
  element.heading = "Siehe auch";
  await vi.waitFor(() => expect(all(element, "heading")[0]?.textContent).toBe("Siehe auch"));
});

test("speaks the language around it, seen through a shadow root", async () => {
  const host = document.body.appendChild(document.createElement("div"));
  onTestFinished(() => host.remove());
  host.lang = "fr";
  const element = create({ src: await deploy(), page: "a/" });
  host.attachShadow({ mode: "open" }).append(element);
  await shown(element);
  expect(all(element, "heading")[0]?.textContent).toBe("À lire ensuite");
});

test("shows titles as text, and follows web addresses only", async () => {
  const hostile = "<img src=x onerror=alert(1)>";
  const related = [named("javascript:alert(1)", 0.9, hostile), named("//evil.invalid/", 0.8), named("", 0.7, "")];
  const element = await mount({ src: await deploy([{ path: "a/", related }]), page: "a/" });
  await shown(element);
  expect(titles(element)[0]).toBe(hostile);
  expect(element.shadowRoot?.querySelector("img")).toBeNull();
  for (const link of all(element, "link")) expect((link as HTMLAnchorElement).href.startsWith(SITE)).toBe(true);
  const script = await mount({ src: await deploy(ENTRIES, { siteRoot: "javascript:alert(1)/" }), page: "a/" });
  await vi.waitFor(() => expect(getComputedStyle(script).display).toBe("none"));
});

test("asks before it opens a page", async () => {
  const element = await mount({ src: await deploy(), page: "a/" });
  await shown(element);
  const chosen = new Promise<CustomEvent>((resolve) => {
    document.addEventListener("ss-related-select", resolve, { once: true });
  });
  element.addEventListener("ss-related-select", (event) => event.preventDefault());
  all(element, "link")[1]?.click();
  expect((await chosen).detail).toEqual({
    page: named("c/", 0.8),
    href: `${SITE}c/`,
    newTab: false,
    forYou: false,
  });
});

test("hides and says why when the index cannot be read", async () => {
  const cut = await deploy();
  for (const [name, bytes] of files) {
    if (name.startsWith(cut.replace("index.json", "related/0"))) files.set(name, bytes.slice(0, -9) as Uint8Array);
  }
  const unreachable = await deploy();
  files.set(unreachable, "broken");
  const foreign = await deploy(ENTRIES, { format: "something else" });
  for (const [src, code] of [
    [`${SITE}missing/index.json`, "file-missing"],
    [cut, "file-invalid"],
    [unreachable, "network"],
    [foreign, "index-invalid"],
  ] as const) {
    const element = create({ src, page: "a/" });
    const error = nextError(element);
    document.body.append(element);
    expect(await error).toBe(code);
    expect(getComputedStyle(element).display).toBe("none");
  }
});

test("is quiet about an index that says nothing of related pages", async () => {
  const element = await mount({ src: await deploy(ENTRIES, { related: undefined }), page: "a/" });
  const failed = vi.fn();
  element.addEventListener("ss-error", failed);
  await vi.waitFor(() => expect(getComputedStyle(element).display).toBe("none"));
  expect(failed).not.toHaveBeenCalled();
});

test("finds the files of a build that was deployed meanwhile", async () => {
  const src = await deploy();
  const element = await mount({ src, page: "a/" });
  await shown(element);
  const base = src.replace("index.json", "");
  for (let n = 0; n < SHARDS; n++) files.delete(base + relatedShardFile(HASH, n));
  const fresh = await deploy([{ path: "b/", related: [named("new/", 0.5)] }]);
  const [from, to] = [fresh.replace("index.json", ""), base];
  const moved = "fedcba9876543210";
  for (let n = 0; n < SHARDS; n++) {
    files.set(to + relatedShardFile(moved, n), files.get(from + relatedShardFile(HASH, n)) as Uint8Array);
  }
  files.set(`${to}related/root.bin`, await gzip(encodeRelatedGroups([moved])));
  element.page = "b/";
  await vi.waitFor(() => expect(paths(element)).toEqual(["new/"]));
});

test("two on a page share what they read; one may be moved or taken away while it loads", async () => {
  const src = await deploy();
  const [first, second, third] = [
    create({ src, page: "a/" }),
    create({ src, page: "b/" }),
    create({ src, page: "c/" }),
  ];
  document.body.append(first, second, third);
  third.remove();
  document.body.prepend(first);
  await shown(first);
  await shown(second);
  expect(requests.filter((url) => url === src).length).toBe(1);
  expect(titles(third)).toEqual([]);
});

test("has no failings that axe finds, in light and dark", async () => {
  for (const [colorScheme, background, color] of [
    ["light", "#fff", "#222"],
    ["dark", "#101216", "#ddd"],
  ]) {
    // Of the scheme, too: the pointer may stand on a link, wherever another test left it.
    Object.assign(document.body.style, { colorScheme, background, color });
    const element = await mount({ src: await deploy(), page: "a/", "for-you": "" });
    element.forYou = false;
    await shown(element);
    const rules = { region: { enabled: false }, "landmark-one-main": { enabled: false } };
    const { violations } = await axe.run(element, { rules });
    expect(violations.map(({ id }) => id)).toEqual([]);
    element.remove();
  }
  document.body.removeAttribute("style");
});

/** Takes the visitor to a page of the site. */
function visit(path: string): void {
  const { pathname } = location;
  onTestFinished(() => history.replaceState(null, "", pathname));
  history.pushState(null, "", `/docs/${path}`);
}

test("for you: goes by what was read, forgets it when told to", async () => {
  const src = await deploy();
  visit("b/");
  const element = await mount({ src, "for-you": "" });
  // The page alone says nothing about the visitor.
  await vi.waitFor(() => expect(localStorage.length).toBe(1), 10_000);
  expect(titles(element)).toEqual([]);
  visit("c/");
  await shown(element);
  // x: 0.5 + 0.85 × 0.8; a: 0.85 × 0.9; y: 0.4; b and c were read.
  expect(paths(element)).toEqual(["x/", "a/", "y/"]);
  expect(all(element, "heading")[0]?.textContent).toBe("For you");
  const stored = JSON.parse(localStorage.getItem(localStorage.key(0) ?? "") ?? "");
  expect(stored.map(({ path }: { path: string }) => path)).toEqual(["c/", "b/"]);
  all(element, "forget")[0]?.click();
  expect(localStorage.length).toBe(0);
  expect(getComputedStyle(element).display).toBe("none");
});

test("for you: a page that the author names is not one that was read", async () => {
  const src = await deploy();
  const stored = JSON.stringify([{ ...ENTRIES[1], at: Date.now() }]);
  localStorage.setItem(`semantic-related ${src}`, stored);
  const element = await mount({ src, page: "c/", "for-you": "" });
  await shown(element);
  expect(paths(element)).toEqual(["a/", "x/", "c/"]);
  expect(localStorage.getItem(`semantic-related ${src}`)).toBe(stored);
});

test("for you: the focus stays in its place when the button that forgets is gone", async () => {
  const src = await deploy();
  localStorage.setItem(`semantic-related ${src}`, JSON.stringify([{ ...ENTRIES[1], at: Date.now() }]));
  const element = await mount({ src, page: "c/", "for-you": "" });
  const next = document.body.appendChild(document.createElement("button"));
  onTestFinished(() => next.remove());
  await shown(element);
  all(element, "forget")[0]?.focus();
  await userEvent.keyboard("{Enter}");
  expect([document.activeElement, titles(element), localStorage.length]).toEqual([element, [], 0]);
  await userEvent.tab();
  expect(document.activeElement).toBe(next);
  expect([getComputedStyle(element).display, element.hasAttribute("tabindex")]).toEqual(["none", false]);
});

test("for you: lives with storage that is refused, full of something else, or old", async () => {
  const src = await deploy();
  const key = `semantic-related ${src}`;
  const old = Date.now() - 31 * 24 * 60 * 60 * 1000;
  for (const stored of ["{", '"x"', '[null, 1, {"path": 1}]', JSON.stringify([{ path: "b/", at: old, related: [] }])]) {
    localStorage.setItem(key, stored);
    visit("a/");
    const element = await mount({ src, "for-you": "" });
    await vi.waitFor(
      () => expect(localStorage.getItem(key)).toMatch(/^\[\{"path":"a\/"[^\]]*\],"at":\d+\}\]$/),
      10_000,
    );
    expect(titles(element)).toEqual([]);
    element.remove();
  }
  const refuse = () => {
    throw new DOMException("Denied", "SecurityError");
  };
  vi.spyOn(Storage.prototype, "getItem").mockImplementation(refuse);
  vi.spyOn(Storage.prototype, "setItem").mockImplementation(refuse);
  onTestFinished(() => void vi.restoreAllMocks());
  visit("b/");
  const element = await mount({ src, "for-you": "" });
  const failed = vi.fn();
  element.addEventListener("ss-error", failed);
  await vi.waitFor(() => expect(getComputedStyle(element).display).toBe("none"), 10_000);
  expect(failed).not.toHaveBeenCalled();
});
