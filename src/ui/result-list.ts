import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { PageHit, SectionHit } from "../core/search.ts";
import { headView } from "./head-view.ts";
import type { HitContent } from "./hit-content.ts";
import { rowId } from "./ids.ts";
import { rowHref } from "./links.ts";
import type { Head } from "./list-rows.ts";
import { type Listbox, listbox, optionPart } from "./listbox.ts";
import { markedText } from "./marked-text.ts";
import { meaningIcon, pageIcon, sectionIcon } from "./panel-icons.ts";
import { groupRows, type HitToRender, type RenderHit, type Row, type RowGroup } from "./rows.ts";
import type { Strings } from "./strings.ts";

type Content = TemplateResult | typeof nothing;
/** How a row was found, or that the site puts it first. */
type Badge = SectionHit["match"] | "pinned";

/** What the list of results shows, and whom it tells. */
export interface ResultList extends Listbox {
  readonly head: Head;
  /** The results among the rows, which follow those of the head. */
  readonly hits: readonly Row[];
  /** What follows them. */
  readonly tail: Head;
  /** What the results answer. */
  readonly query: string;
  /** Whether links lead to the exact passage, not only to its section. */
  readonly textFragments: boolean;
  readonly renderHit: RenderHit | undefined;
  readonly content: HitContent;
}

/**
 * The listbox: a group for every page, an option for every section found in it. Whatever an answer brings is a new
 * element, and what it leaves where it was an old one: nothing moves under whoever looks at it, or listens.
 */
export function resultList(list: ResultList): TemplateResult {
  const { head, hits, tail } = list;
  const groups = groupRows(hits).map((group) => keyed(group.rows[0], pageGroup(group, list)));
  const end = head.rows.length + hits.length;
  return listbox(list, [keyed(head, headView(head, list)), groups, keyed(tail, headView(tail, list, end))]);
}

function pageGroup({ page, start, rows }: RowGroup, list: ResultList): TemplateResult {
  const { head, query, content, renderHit } = list;
  const first = start + head.rows.length;
  const hits = rows.map((row, i): HitToRender => ({ ...row, query, isFirst: i === 0 }));
  const isTitled = hits[0] && content.of(hits[0], renderHit) === undefined;
  return html`<div
    part="page" role="group" aria-labelledby=${isTitled ? titleId(first) : nothing}
    aria-label=${isTitled ? nothing : page.title || page.path} lang=${page.language || nothing}
  >${hits.map((hit, i) => keyed(rows[i], option(hit, first + i, list)))}</div>`;
}

function option(hit: HitToRender, index: number, list: ResultList): TemplateResult {
  const { active, strings, textFragments, content, renderHit } = list;
  const href = rowHref(hit, { textFragments });
  const isActive = index === active;
  const made = content.of(hit, renderHit);
  return html`<a
    id=${rowId(index)} part=${optionPart("option", isActive)} role="option" tabindex="-1"
    data-index=${index} href=${href ?? nothing} aria-disabled=${href ? nothing : "true"} aria-selected=${isActive}
    aria-description=${made === undefined ? spokenPlace(hit, strings) : nothing}
  >${made ?? ownContent(hit, index, strings)}</a>`;
}

/** Where a row is and how it was found: no part of its name, so that a screen reader says it last, or can leave it out. */
function spokenPlace(hit: HitToRender, strings: Strings): string {
  const { page, isFirst } = hit;
  const badge = badgeOf(hit);
  const place = isFirst ? page.trail : [page.title];
  return [...place, ...ancestorsOf(hit), badge && badgeText(badge, strings)].filter(Boolean).join(", ");
}

/** The first row of a page carries its title, so that the whole of it can be clicked. */
function ownContent(hit: HitToRender, index: number, strings: Strings): TemplateResult {
  const { page, section, isFirst } = hit;
  const heading = headingOf(hit);
  const kind = badgeOf(hit);
  const found = kind ? badge(kind, strings) : nothing;
  return html`
    ${isFirst ? html`${pageIcon}${pageLine(page, index, heading ? pause(",") : found)}` : section?.anchor ? sectionIcon : pageIcon}
    ${heading ? sectionLine(heading, ancestorsOf(hit), found) : nothing}
    ${section?.excerpt.text ? excerptLine(section) : nothing}`;
}

/** Empty where it would only repeat the title above it. */
function headingOf({ page, section, isFirst }: HitToRender): string {
  if (!section || (isFirst && section.heading === page.title)) return "";
  return section.heading || (isFirst ? "" : page.title);
}

function ancestorsOf({ page, section }: HitToRender): readonly string[] {
  return section?.ancestors.filter((ancestor) => ancestor && ancestor !== page.title) ?? [];
}

function badgeOf({ page, section, isFirst }: HitToRender): Badge | undefined {
  return isFirst && page.pinned ? "pinned" : section?.match;
}

function pageLine({ title, path, trail }: PageHit, index: number, end: Content): TemplateResult {
  return html`<span class="line page-line">
    <span part="title" id=${titleId(index)} dir="auto">${title || path}</span>
    ${trail.length > 0 ? html`<span part="trail" dir="auto" aria-hidden="true">${trail.join(" › ")}</span>` : nothing} ${end}
  </span>`;
}

function sectionLine(heading: string, ancestors: readonly string[], badge: Content): TemplateResult {
  return html`<span class="line">
    ${ancestors.length > 0 ? html`<span part="trail" dir="auto" aria-hidden="true">${ancestors.join(" › ")} ›</span>` : nothing}
    <span part="heading" dir="auto">${heading}</span> ${badge}
  </span>`;
}

function excerptLine({ excerpt, match }: SectionHit): TemplateResult {
  return html`${pause(".")}<span part="excerpt" class=${match} dir="auto">${markedText(excerpt)}</span>`;
}

function badge(kind: Badge, strings: Strings): TemplateResult {
  const isByMeaning = kind === "meaning" || kind === "both";
  return html`<span part="badge badge-${kind}" aria-hidden="true">${isByMeaning ? meaningIcon : nothing}${badgeText(kind, strings)}</span>`;
}

function badgeText(kind: Badge, { byWords, byMeaning, byBoth, pinned }: Strings): string {
  return { words: byWords, meaning: byMeaning, both: byBoth, pinned }[kind];
}

/** Ears know nothing of lines and sizes. */
function pause(mark: string): TemplateResult {
  return html`<span class="spoken">${mark}</span>`;
}

const titleId = (index: number): string => `page-${index}`;
