/** What a page shows as one text, and where in it each node begins. */
export interface PageText {
  /** Blocks and lines are separated by a line feed; other white space is as in the document. */
  readonly text: string;
  readonly nodes: readonly TextPlace[];
}

interface TextPlace {
  readonly node: Text;
  readonly start: number;
}

/** Reads the text that can be seen below an element. Costs a look at the style of everything with text. */
export function readPageText(root: Element): PageText {
  const nodes: TextPlace[] = [];
  const walker = document.createTreeWalker(root);
  let text = "";
  let block: Element | undefined;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeName === "BR") text += "\n";
    if (!(node instanceof Text) || !node.parentElement?.checkVisibility({ visibilityProperty: true })) continue;
    const previous = block;
    block = blockAround(node.parentElement);
    if (block !== previous) text += "\n";
    nodes.push({ node, start: text.length });
    text += node.data;
  }
  return { text, nodes };
}

/** A part of the text that begins and ends within nodes, not between them, as a range of the page. */
export function toRange({ nodes }: PageText, start: number, end: number): Range {
  const placeOf = (position: number) => nodes.findLast((place) => place.start <= position) as TextPlace;
  // The last character, because the next one may stand in another node.
  const [first, last] = [placeOf(start), placeOf(end - 1)];
  const range = document.createRange();
  range.setStart(first.node, start - first.start);
  range.setEnd(last.node, end - last.start);
  return range;
}

function blockAround(element: Element): Element {
  const isInline = /^(inline|contents)/.test(getComputedStyle(element).display);
  return isInline && element.parentElement ? blockAround(element.parentElement) : element;
}
