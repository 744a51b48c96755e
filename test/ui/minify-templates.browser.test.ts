import { html, render } from "lit";
import { expect, test } from "vitest";
import { minifyCss, minifyHtml } from "../../build/minify-templates.ts";
import { panelStyles } from "../../src/ui/panel-styles.ts";
import { styles } from "../../src/ui/styles.ts";

/** A style sheet as the browser understands it. What holds a `var()` it keeps as it was written. */
function understood(css: string): string[] {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return [...sheet.cssRules].map(({ cssText }) => cssText.replace(/([,:])\s+/g, "$1").replace(/\b0(?=\.\d)/g, ""));
}

test.each([...styles, ...panelStyles].map(({ cssText }, i) => [i, cssText] as const))(
  "style sheet %i means the same when minified",
  (_, css) => {
    const minified = minifyCss(css);
    expect(understood(minified)).toEqual(understood(css));
    expect(understood(css).length).toBeGreaterThan(0);
    expect(minified.length).toBeLessThan(css.length);
  },
);

test("what only looks like whitespace in CSS stays", () => {
  const css = `/* a { b } */ .a   :hover > b::before { content: "a ;  } /* 0.5 */"; inset: calc(1px + 0.5em)  auto; }\n`;
  expect(minifyCss(css).trim()).toBe(`.a :hover>b::before{content:"a ;  } /* 0.5 */";inset:calc(1px + .5em) auto}`);
});

test("pieces of CSS are minified apart", () => {
  const [before = "", after = ""] = [`a {\n  margin: `, ` auto;\n  color: red;\n}\n`].map(minifyCss);
  expect(`${before}1px${after}`.trim()).toBe("a{margin:1px auto;color:red}");
});

test("HTML is shown as before", () => {
  const source = `<p\n    title="a  b"\n  >One\n    <b>two</b>\n  <i>three</i><i>four</i></p>`;
  const shown = (markup: string) => {
    const place = document.body.appendChild(document.createElement("div"));
    const strings = Object.assign([markup], { raw: [markup] }) as unknown as TemplateStringsArray;
    render(html(strings), place);
    const { innerText, firstElementChild } = place;
    place.remove();
    return [innerText, firstElementChild?.getAttribute("title")];
  };
  expect(minifyHtml(source)).not.toContain("\n");
  expect(shown(minifyHtml(source))).toEqual(shown(source));
  expect(shown(source)).toEqual(["One two threefour", "a  b"]);
});
