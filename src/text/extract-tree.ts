import { type ChildNode, Document, Element, type ParentNode, Text } from "domhandler";
import { Tokenizer, type TokenizerCallbacks } from "htmlparser2";
import { SearchError } from "../core/errors.ts";
import type { PageTree } from "./extract-dom.ts";
import {
  A,
  BREAKOUT,
  CLOSE_P,
  FOREIGN,
  HEADINGS,
  HTML_IN_FOREIGN,
  IMPLIED_ENDS,
  P,
  SCOPE,
  SPECIAL,
  TABLE_PARTS,
  TABLE_SCOPE,
  VOID,
} from "./extract-tags.ts";

/** Elements deeper than this become siblings of the deepest one, as in browsers: later walks may recurse safely. */
const MAX_DEPTH = 512;

/** More open elements than this at once is no page, but a mistake or an attack. */
const MAX_OPEN_ELEMENTS = 10_000;

/**
 * HTML as a tree, forgiving like a browser: end tags that were left out are implied, stray ones are ignored.
 * Comments, scripts (JSON-LD excepted), styles and SVG are read past and not kept.
 *
 * Follows the HTML standard's tree construction where it matters to the text; misnested formatting is not rebuilt,
 * and content misplaced in tables stays where it was written.
 *
 * @throws SearchError `page-invalid` when more than 10,000 elements are open at once.
 */
export function parseHtml(html: string): PageTree {
  const builder = new TreeBuilder(html);
  const tokenizer = new Tokenizer({ xmlMode: false, decodeEntities: true }, builder);
  tokenizer.write(html);
  tokenizer.end();
  return withBody({ document: builder.root, elements: builder.elements });
}

/** A fragment, without `<html>` and `<body>`, becomes a body's content. */
function withBody(tree: PageTree): PageTree {
  const { document, elements } = tree;
  if (elements.some(({ name }) => name === "body" || name === "html")) return tree;
  const body = new Element("body", {}, document.children);
  for (const child of body.children) child.parent = body;
  body.parent = document;
  document.children = [body];
  return { document, elements: [body, ...elements] };
}

/** An element whose end has not come yet. */
interface Open {
  readonly node: ParentNode;
  /** Whether SVG or MathML rules hold inside it. */
  readonly isForeign: boolean;
  /** Whether it hangs in the tree. */
  readonly isKept: boolean;
}

class TreeBuilder implements TokenizerCallbacks {
  readonly root = new Document([]);
  readonly elements: Element[] = [];
  readonly #html: string;
  readonly #stack: Open[] = [{ node: this.root, isForeign: false, isKept: true }];
  /** Elements open beyond {@link MAX_DEPTH}, by name: they are closed without touching the stack. */
  readonly #overflow: string[] = [];
  #element: Element | undefined;
  #attribute = "";
  #value = "";

  constructor(html: string) {
    this.#html = html;
  }

  ontext(start: number, end: number): void {
    this.#text(this.#html.slice(start, end));
  }

  ontextentity(codePoint: number): void {
    this.#text(String.fromCodePoint(codePoint));
  }

  onopentagname(start: number, end: number): void {
    const name = this.#html.slice(start, end).toLowerCase();
    this.#element = new Element(name === "image" ? "img" : name, {});
  }

  onattribname(start: number, end: number): void {
    this.#attribute = this.#html.slice(start, end).toLowerCase();
    this.#value = "";
  }

  onattribdata(start: number, end: number): void {
    this.#value += this.#html.slice(start, end);
  }

  onattribentity(codePoint: number): void {
    this.#value += String.fromCodePoint(codePoint);
  }

  onattribend(): void {
    const attributes = this.#element?.attribs;
    if (attributes && !Object.hasOwn(attributes, this.#attribute)) attributes[this.#attribute] = this.#value;
  }

  onopentagend(): void {
    this.#open(false);
  }

  onselfclosingtag(): void {
    this.#open(this.isInForeignContext());
  }

  onclosetag(start: number, end: number): void {
    const name = this.#html.slice(start, end).toLowerCase();
    if (VOID.has(name)) {
      if (name === "br") this.#appendElement(new Element("br", {}));
      return;
    }
    if (this.#overflow.length > 0) this.#closeOverflow(name);
    else if (HEADINGS.has(name)) this.#close(HEADINGS, SCOPE);
    else if (TABLE_PARTS.has(name)) this.#close(new Set([name]), TABLE_SCOPE);
    else if (!this.#close(new Set([name]), SPECIAL.has(name) ? SCOPE : SPECIAL) && name === "p") {
      this.#appendElement(new Element("p", {}));
    }
  }

  isInForeignContext(): boolean {
    return this.#stack.at(-1)?.isForeign === true;
  }

  oncdata(start: number, end: number, offset: number): void {
    // In HTML it is a comment.
    if (this.isInForeignContext()) this.#text(this.#html.slice(start, end - offset));
  }

  oncomment(): void {}
  ondeclaration(): void {}
  onprocessinginstruction(): void {}
  onend(): void {}

  #open(selfClosing: boolean): void {
    const element = this.#element;
    if (!element) return;
    this.#element = undefined;
    this.#closeImplied(element.name);
    const isKept = this.#appendElement(element);
    if (selfClosing || VOID.has(element.name)) return;
    if (this.#stack.length < MAX_DEPTH) this.#push(element, isKept);
    else this.#openOverflow(element.name);
  }

  #push(node: Element, isKept: boolean): void {
    const isForeign = FOREIGN.has(node.name) || (this.isInForeignContext() && !HTML_IN_FOREIGN.has(node.name));
    this.#stack.push({ node, isForeign, isKept });
  }

  #openOverflow(name: string): void {
    this.#overflow.push(name);
    if (this.#overflow.length < MAX_OPEN_ELEMENTS) return;
    throw new SearchError("page-invalid", `The page nests more than ${MAX_OPEN_ELEMENTS} elements in one another.`);
  }

  #closeOverflow(name: string): void {
    const at = this.#overflow.lastIndexOf(name);
    if (at >= 0) this.#overflow.length = at;
  }

  #closeImplied(name: string): void {
    if (this.#overflow.length > 0) return;
    if (this.isInForeignContext() && BREAKOUT.has(name))
      this.#stack.length = this.#stack.findIndex(({ isForeign }) => isForeign);
    if (CLOSE_P.has(name)) this.#close(P, SCOPE);
    const implied = IMPLIED_ENDS.get(name);
    if (implied) this.#close(implied.closes, implied.within);
    else if (HEADINGS.has(name) || name === "a") this.#closeTop(name === "a" ? A : HEADINGS);
  }

  #closeTop(names: ReadonlySet<string>): void {
    const top = this.#stack.at(-1)?.node;
    if (top instanceof Element && names.has(top.name)) this.#stack.pop();
  }

  /** Closes the nearest open element of `names`, unless one of `within` stands before it; tells whether it did. */
  #close(names: ReadonlySet<string>, within: ReadonlySet<string>): boolean {
    for (let i = this.#stack.length - 1; i > 0; i--) {
      const node = this.#stack[i]?.node;
      if (!(node instanceof Element)) return false;
      if (names.has(node.name)) {
        this.#stack.length = i;
        return true;
      }
      if (within.has(node.name)) return false;
    }
    return false;
  }

  #text(data: string): void {
    const last = this.#stack.at(-1)?.node.children.at(-1);
    if (last instanceof Text) last.data += data;
    else this.#append(new Text(data));
  }

  /** Whether the element is part of the tree. */
  #appendElement(element: Element): boolean {
    if (isDiscarded(element)) return false;
    this.#append(element);
    const isKept = this.#stack.at(-1)?.isKept === true;
    if (isKept) this.elements.push(element);
    return isKept;
  }

  #append(node: ChildNode): void {
    const parent = this.#stack.at(-1)?.node ?? this.root;
    const previous = parent.children.at(-1);
    if (previous) {
      node.prev = previous;
      previous.next = node;
    }
    node.parent = parent;
    parent.children.push(node);
  }
}

/** A script, a style or a drawing is parsed to find its end, but hangs in no tree. */
function isDiscarded(element: Element): boolean {
  if (element.name === "script") return element.attribs.type?.trim().toLowerCase() !== "application/ld+json";
  return element.name === "style" || element.name === "svg";
}
