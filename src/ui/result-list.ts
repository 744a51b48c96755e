import { html, nothing, type TemplateResult } from "lit";
import type { PageHit, SectionHit } from "../core/search.ts";
import { LIST_ID, rowId } from "./ids.ts";
import { rowHref } from "./links.ts";
import { markedText } from "./marked-text.ts";
import { meaningIcon, pageIcon, sectionIcon } from "./panel-icons.ts";
import { groupRows, type Row, type RowGroup } from "./rows.ts";
import type { Strings } from "./strings.ts";

type Content = TemplateResult | typeof nothing;

/** What the list of results shows, and whom it tells. */
export interface ResultList {
  readonly rows: readonly Row[];
  /** Index of the row that Enter opens. */
  readonly active: number;
  /** Whether better rows are on their way. */
  readonly busy: boolean;
  readonly strings: Strings;
  /** Whether links lead to the exact passage, not only to its section. */
  readonly textFragments: boolean;
  /** The pointer moved onto a row. */
  onPoint(index: number): void;
  /** A row that leads somewhere was clicked, with any button and modifier. */
  onClick(row: Row, href: string, event: MouseEvent): void;
}

/** The listbox: a group for every page, an option for every section found in it. */
export function resultList(list: ResultList): TemplateResult {
  const { rows, strings, busy, onPoint, onClick } = list;
  const point = (event: PointerEvent) => {
    const link = linkOf(event);
    if (link && event.pointerType === "mouse") onPoint(indexOf(link));
  };
  const click = (event: MouseEvent) => {
    const link = linkOf(event);
    const row = link && rows[indexOf(link)];
    if (row && link.href && event.button !== 2) onClick(row, link.href, event);
  };
  return html`<div
    id=${LIST_ID} part="results" role="listbox" aria-label=${strings.results} aria-busy=${busy}
    @mousedown=${keepFocus} @pointermove=${point} @click=${click} @auxclick=${click}
  >${groupRows(rows).map((group) => pageGroup(group, list))}</div>`;
}

function pageGroup(group: RowGroup, list: ResultList): TemplateResult {
  const { page, start } = group;
  return html`<div part="page" role="group" aria-labelledby="page-${start}" lang=${page.language || nothing}>
    ${group.rows.map((row, i) => option(row, start + i, i === 0, list))}
  </div>`;
}

/** The first row of a page carries its title, so that the whole of it can be clicked. */
function option(
  row: Row,
  index: number,
  isFirst: boolean,
  { active, strings, textFragments }: ResultList,
): TemplateResult {
  const { page, section } = row;
  const href = rowHref(row, { textFragments });
  const isActive = index === active;
  // A heading that only repeats the title above it is left out.
  const heading = isFirst && section?.heading === page.title ? "" : (section?.heading ?? "");
  const found = section ? badge(section.match, strings) : nothing;
  return html`<a
    id=${rowId(index)} part=${isActive ? "option option-active" : "option"} role="option" tabindex="-1"
    data-index=${index} href=${href ?? nothing} aria-disabled=${href ? nothing : "true"} aria-selected=${isActive}
  >
    ${isFirst ? html`${pageIcon}${pageLine(page, index, heading ? nothing : found)}` : section?.anchor ? sectionIcon : pageIcon}
    ${section && (heading || !isFirst) ? sectionLine(section, page.title, found) : nothing}
    ${section?.excerpt.text ? excerptLine(section) : nothing}
  </a>`;
}

function pageLine({ title, path, trail }: PageHit, index: number, badge: Content): TemplateResult {
  return html`<span class="line page-line">
    <span part="title" id="page-${index}" dir="auto">${title || path}</span>
    ${trail.length > 0 ? html`<span part="trail" dir="auto">${trail.join(" › ")}</span>` : nothing} ${badge}
  </span>`;
}

function sectionLine({ heading, ancestors }: SectionHit, title: string, badge: Content): TemplateResult {
  const above = ancestors.filter((ancestor) => ancestor && ancestor !== title);
  return html`<span class="line">
    ${above.length > 0 ? html`<span part="trail" dir="auto">${above.join(" › ")} ›</span>` : nothing}
    <span part="heading" dir="auto">${heading || title}</span> ${badge}
  </span>`;
}

function excerptLine({ excerpt, match }: SectionHit): TemplateResult {
  return html`<span part="excerpt" class=${match} dir="auto">${markedText(excerpt)}</span>`;
}

function badge(match: SectionHit["match"], { byWords, byMeaning, byBoth }: Strings): TemplateResult {
  const texts = { words: byWords, meaning: byMeaning, both: byBoth };
  return html`<span part="badge badge-${match}">${match === "words" ? nothing : meaningIcon}${texts[match]}</span>`;
}

/** The input keeps the focus, so that the keys go on working. */
function keepFocus(event: MouseEvent): void {
  if (event.button === 0) event.preventDefault();
}

function linkOf(event: Event): HTMLAnchorElement | null {
  return (event.target as Element).closest("[role=option]");
}

function indexOf({ dataset }: HTMLElement): number {
  return Number(dataset.index);
}
