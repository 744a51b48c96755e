import { type AnyNode, attr, childrenOf, Element, isText } from "./extract-dom.ts";

/** How much text an element holds, and how much of it is links. Lengths in characters, white space not counted. */
export interface Measure {
  readonly text: number;
  readonly links: number;
  readonly linkText: number;
  /** Links to a place on the same page, headings' own permalinks left out. */
  readonly hashLinks: number;
  readonly hashText: number;
  /** Text outside of links, navigation, asides, headers and footers: what is likely to be content. */
  readonly prose: number;
  readonly headings: number;
}

/** Measures by element; see {@link measureTree}. */
export type Measures = ReadonlyMap<Element, Measure>;

const NONE: Measure = { text: 0, links: 0, linkText: 0, hashLinks: 0, hashText: 0, prose: 0, headings: 0 };

const HEADING = /^h[1-6]$/;
const NO_PROSE = new Set([
  "nav",
  "aside",
  "header",
  "footer",
  "form",
  "button",
  "select",
  "label",
  "template",
  "noscript",
]);

/** The measure of an element, all zero for one that was not measured. */
export function measureOf(measures: Measures, element: Element): Measure {
  return measures.get(element) ?? NONE;
}

/** Measures every element below a node in one walk. */
export function measureTree(root: AnyNode): Measures {
  const measures = new Map<Element, Measure>();
  measureNode(root, { measures, inLink: false, inHashLink: false, inHeading: false });
  return measures;
}

interface Walk {
  readonly measures: Map<Element, Measure>;
  readonly inLink: boolean;
  readonly inHashLink: boolean;
  readonly inHeading: boolean;
}

function measureNode(node: AnyNode, walk: Walk): Measure {
  if (isText(node)) return measureText(node.data, walk);
  const inside = node instanceof Element ? enter(node, walk) : walk;
  const sum = { ...NONE };
  for (const child of childrenOf(node)) add(sum, measureNode(child, inside));
  if (node instanceof Element) {
    if (NO_PROSE.has(node.name)) sum.prose = 0;
    if (HEADING.test(node.name)) sum.headings++;
    if (inside.inLink && !walk.inLink) sum.links++;
    if (inside.inHashLink && !walk.inHashLink) sum.hashLinks++;
    walk.measures.set(node, sum);
  }
  return sum;
}

function enter(element: Element, walk: Walk): Walk {
  if (HEADING.test(element.name)) return { ...walk, inHeading: true };
  const href = element.name === "a" ? attr(element, "href") : undefined;
  if (href === undefined) return walk;
  return { ...walk, inLink: true, inHashLink: href.startsWith("#") && !walk.inHeading };
}

function measureText(data: string, { inLink, inHashLink }: Walk): Measure {
  const text = data.replace(/\s+/g, "").length;
  if (text === 0) return NONE;
  return {
    ...NONE,
    text,
    linkText: inLink ? text : 0,
    hashText: inHashLink ? text : 0,
    prose: inLink ? 0 : text,
  };
}

function add(sum: { -readonly [K in keyof Measure]: number }, more: Measure): void {
  sum.text += more.text;
  sum.links += more.links;
  sum.linkText += more.linkText;
  sum.hashLinks += more.hashLinks;
  sum.hashText += more.hashText;
  sum.prose += more.prose;
  sum.headings += more.headings;
}
