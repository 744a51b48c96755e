import { SearchError } from "../core/errors.ts";
import type { ErrorEventDetail } from "../ui/events.ts";
import { whenIdle } from "../ui/idle.ts";
import { languageAround } from "../ui/language-around.ts";
import type { RelatedSelectEventDetail } from "./related-view.ts";
import { forgetVisits } from "./storage.ts";

/** The element's own events. All bubble and are composed; only `ss-related-select` can be cancelled. */
export interface SemanticRelatedEventMap {
  "ss-related-select": CustomEvent<RelatedSelectEventDetail>;
  "ss-error": CustomEvent<ErrorEventDetail>;
}

declare global {
  interface GlobalEventHandlersEventMap extends SemanticRelatedEventMap {}
  interface HTMLElementTagNameMap {
    "semantic-related": SemanticRelatedElement;
  }
}

/** The element's attributes as a template writes them. */
export interface SemanticRelatedAttributes {
  src?: string | undefined;
  limit?: number | undefined;
  page?: string | undefined;
  heading?: string | undefined;
  "for-you"?: boolean | undefined;
}

/** Properties that can be set: one per attribute. */
export type SemanticRelatedProperties = {
  [Name in "src" | "limit" | "page" | "heading" | "forYou"]?: SemanticRelatedElement[Name] | undefined;
};

const DEFAULT_LIMIT = 4;
/** How far below the view the element begins to load. */
const AHEAD = "400px";

/** While it waits it takes no room, and yet is seen when it comes near. */
const STATES = {
  waiting: ":host { display: block; position: absolute; visibility: hidden }",
  shown: ":host { display: block }",
  empty: ":host { display: none }",
  /** The visitor has just pressed a button in it that is no more: they go on from there. */
  left: ":host { display: block; position: absolute; outline: 0 }",
} as const;

/** A server has no elements. */
const HTMLElement = globalThis.HTMLElement ?? (class {} as typeof globalThis.HTMLElement);

/**
 * Names the pages that are nearest in meaning to the one it stands on, or, with `for-you`, to those that the visitor
 * read last. They were found when the index was built: a few kilobytes are loaded when the element comes near the view.
 * There is nothing to be seen of it until it has something to show.
 *
 * @summary What to read next.
 *
 * @slot heading - In place of the heading.
 *
 * @csspart base - All of it.
 * @csspart heading - The heading.
 * @csspart list - The list of pages.
 * @csspart item - One of them.
 * @csspart link - Its link.
 * @csspart title - Its title.
 * @csspart trail - What it stands under.
 * @csspart forget - With `for-you`, the button that forgets what was read.
 *
 * @cssproperty --ss-accent - A page that is pointed at.
 * @cssproperty --ss-text - Titles. Default: the page's.
 * @cssproperty --ss-muted - What a page stands under.
 * @cssproperty --ss-border - Around a page.
 * @cssproperty --ss-radius - Its corners follow. Default 14px.
 * @cssproperty --ss-font - Default: the page's.
 *
 * @event {CustomEvent<RelatedSelectEventDetail>} ss-related-select - A page was chosen; cancel it to open it yourself.
 * @event {CustomEvent<ErrorEventDetail>} ss-error - The index could not be read; visitors are told nothing.
 */
export class SemanticRelatedElement extends HTMLElement {
  static readonly observedAttributes = ["src", "limit", "page", "heading", "for-you"];

  #observer: IntersectionObserver | undefined;
  /** Tells the latest request from those before it. */
  #request = 0;
  #isScheduled = false;
  /** The page's address as it was looked at. */
  #address = "";

  /**
   * URL of the index's `index.json`, relative to the page.
   * @attr
   * @default ""
   */
  get src(): string {
    return this.getAttribute("src") ?? "";
  }
  set src(value: string | undefined) {
    this.#set("src", value);
  }

  /**
   * Most pages to name; an index has 6 for each.
   * @attr
   * @default 4
   */
  get limit(): number {
    const limit = Number(this.getAttribute("limit") ?? DEFAULT_LIMIT);
    return limit >= 0 ? limit : DEFAULT_LIMIT;
  }
  set limit(value: number | undefined) {
    this.#set("limit", value);
  }

  /**
   * The page whose neighbours are named: its URL, or its path below the site's root. Empty: this one.
   * @attr
   * @default ""
   */
  get page(): string {
    return this.getAttribute("page") ?? "";
  }
  set page(value: string | undefined) {
    this.#set("page", value);
  }

  /**
   * What stands above. Empty: “Read next” or “For you”, in the language of the page around it.
   * @attr
   * @default ""
   */
  get heading(): string {
    return this.getAttribute("heading") ?? "";
  }
  set heading(value: string | undefined) {
    this.#set("heading", value);
  }

  /**
   * Keep a list of the pages that the visitor reads, in the browser alone, and go by that. With `page`, this one is not
   * added to it, nor the one named: the visitor is elsewhere.
   * @attr for-you
   * @default false
   */
  get forYou(): boolean {
    return this.hasAttribute("for-you");
  }
  set forYou(value: boolean | undefined) {
    // Undefined alone would toggle it.
    this.toggleAttribute("for-you", Boolean(value));
  }

  /** Forget what was read on this site, whether or not `for-you` is set. */
  forget(): void {
    const isFocused = this.shadowRoot?.activeElement;
    forgetVisits(this.#indexUrl);
    if (!this.forYou) return;
    this.#show();
    if (isFocused) this.#keepFocus();
  }

  connectedCallback(): void {
    if (!this.shadowRoot) this.attachShadow({ mode: "open" });
    addEventListener("popstate", this.#followAddress);
    navigationOf(globalThis)?.addEventListener("currententrychange", this.#followAddress);
    this.#schedule();
  }

  disconnectedCallback(): void {
    removeEventListener("popstate", this.#followAddress);
    navigationOf(globalThis)?.removeEventListener("currententrychange", this.#followAddress);
    this.#stop();
  }

  attributeChangedCallback(): void {
    if (this.isConnected) this.#schedule();
  }

  /** Frameworks set undefined or null to take a property back. */
  #set(attribute: string, value: string | number | null | undefined): void {
    if (value == null) this.removeAttribute(attribute);
    else this.setAttribute(attribute, `${value}`);
  }

  get #indexUrl(): string {
    return new URL(this.src, document.baseURI).href;
  }

  /** Sites that load their pages into one another change the address alone; who replaces its query stays on the page. */
  readonly #followAddress = ({ navigationType }: Event & { readonly navigationType?: string | null }): void => {
    const [before, now] = [this.#address, addressOf(location)];
    const isOnPage = navigationType === "replace" && withoutQuery(before) === withoutQuery(now);
    this.#address = now;
    if (!this.page && before !== now && !isOnPage) this.#schedule();
  };

  /** Several attributes are often set in a row. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.#start();
    });
  }

  #stop(): void {
    this.#request++;
    this.#observer?.disconnect();
    this.#observer = undefined;
  }

  #start(): void {
    this.#stop();
    if (!this.isConnected || !this.src) return;
    const request = this.#request;
    this.#address = addressOf(location);
    const page = this.page || this.#address;
    const load = () => {
      if (request === this.#request) void this.#load(request, page);
    };
    this.#render("waiting");
    // A visit counts whether or not the visitor comes to where the element stands.
    if (this.forYou || !globalThis.IntersectionObserver) whenIdle(load);
    else this.#whenNear(load);
  }

  #whenNear(load: () => void): void {
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        observer.disconnect();
        load();
      },
      // With the document as its root the margin counts in frames too.
      { root: document, rootMargin: AHEAD },
    );
    observer.observe(this);
    this.#observer = observer;
  }

  async #load(request: number, page: string): Promise<void> {
    try {
      const { relatedView, LOOK } = await import("./related-view.ts");
      const view = await relatedView({
        indexUrl: this.#indexUrl,
        page,
        limit: this.limit,
        heading: this.heading,
        language: languageAround(this),
        forYou: this.forYou,
        isHere: !this.page,
        onSelect: (detail) => this.#emit("ss-related-select", detail),
        onForget: () => this.forget(),
      });
      if (request === this.#request) this.#show(view, LOOK);
    } catch (thrown) {
      if (request !== this.#request) return;
      this.#show();
      this.#emit("ss-error", { error: SearchError.from(thrown) });
    }
  }

  #show(view?: HTMLElement, look?: string): void {
    if (view) this.#render("shown", [view], look);
    else this.#render("empty");
  }

  /** A focus that falls out of the page would begin at its top again. */
  #keepFocus(): void {
    this.#render("left");
    this.tabIndex = -1;
    this.focus({ preventScroll: true });
    const leave = () => {
      this.removeAttribute("tabindex");
      if (!this.shadowRoot?.firstChild) this.#show();
    };
    this.addEventListener("blur", leave, { once: true });
  }

  #render(state: keyof typeof STATES, content: readonly HTMLElement[] = [], look = ""): void {
    if (!this.shadowRoot) return;
    this.shadowRoot.adoptedStyleSheets = [look, STATES[state]].map(styleSheet);
    this.shadowRoot.replaceChildren(...content);
  }

  #emit<Type extends keyof SemanticRelatedEventMap>(
    type: Type,
    detail: SemanticRelatedEventMap[Type]["detail"],
  ): boolean {
    const cancelable = type === "ss-related-select";
    const event = new CustomEvent(type, { detail, cancelable, bubbles: true, composed: true });
    return this.dispatchEvent(event);
  }
}

const sheets = new Map<string, CSSStyleSheet>();

function styleSheet(css: string): CSSStyleSheet {
  const known = sheets.get(css);
  if (known) return known;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  sheets.set(css, sheet);
  return sheet;
}

function addressOf({ origin, pathname, search }: Location): string {
  return origin + pathname + search;
}

function withoutQuery(address: string): string {
  return address.replace(/\?.*/s, "");
}

/** Not in every browser, and not in TypeScript's library. */
function navigationOf(global: object): EventTarget | undefined {
  return (global as { readonly navigation?: EventTarget }).navigation;
}
