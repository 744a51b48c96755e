const NAME = "semantic-search";
/** In a layer, so that whatever a page says of it counts more. */
const STYLES = `@layer ${NAME}{::highlight(${NAME}){background:Mark;color:MarkText}}`;
/** What tells that the visitor goes their own way. */
const MOVES = ["wheel", "touchstart", "keydown"];

/**
 * Marks a passage and scrolls to it, without a motion. A click or Escape takes the mark away. Nothing is put into the
 * text: where the browser has no custom highlights, the element around the passage is outlined.
 */
export function markPassage(range: Range): void {
  const ending = new AbortController();
  const { signal } = ending;
  const unmark = CSS.highlights ? highlight(range) : outline(parentOf(range));
  const clear = () => [unmark(), ending.abort()];
  addEventListener("click", clear, { signal });
  addEventListener("keydown", ({ key }) => key === "Escape" && clear(), { signal });
  scrollToPassage(range);
}

function highlight(range: Range): () => void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLES);
  document.adoptedStyleSheets.push(sheet);
  CSS.highlights.set(NAME, new Highlight(range));
  return () => CSS.highlights.delete(NAME);
}

function outline({ style }: HTMLElement): () => void {
  style.outline = "2px solid";
  return () => style.removeProperty("outline");
}

/** Now, and again when pictures and fonts may have moved it, unless the visitor has moved by then. */
function scrollToPassage(range: Range): void {
  const scroll = () => {
    parentOf(range).scrollIntoView({ block: "nearest", behavior: "instant" });
    // The element may be longer than the window.
    scrollBy({ top: range.getBoundingClientRect().top - innerHeight / 3, behavior: "instant" });
  };
  scroll();
  const waiting = new AbortController();
  const { signal } = waiting;
  for (const type of MOVES) addEventListener(type, () => waiting.abort(), { signal });
  addEventListener("load", scroll, { signal });
}

function parentOf({ startContainer }: Range): HTMLElement {
  return startContainer.parentElement as HTMLElement;
}
