import { html, nothing, type TemplateResult } from "lit";
import { fill } from "./fill.ts";
import type { ModelDownload, ModelState } from "./model-download.ts";
import { meaningIcon } from "./panel-icons.ts";
import { note } from "./states.ts";
import type { Strings } from "./strings.ts";

/** What the line about a larger model can ask for. */
export type ModelLineHost = Pick<ModelDownload, "load" | "decline">;

/** What there is to say about a larger model: that it may be had, or how far it is. */
export function modelLine(state: ModelState, strings: Strings, host: ModelLineHost): unknown {
  if (state.phase === "none") return nothing;
  if (state.phase === "failed") {
    const { modelFailed, retry } = strings;
    return line(
      note(modelFailed, state.error),
      button("model-load", retry, modelFailed, () => host.load()),
    );
  }
  const size = (bytes: number) => megabytes(bytes, strings.locale);
  if (state.phase === "offered") {
    const text = fill(strings.modelOffer, { total: size(state.totalBytes) });
    return line(
      html`${meaningIcon}<span>${text}</span>`,
      button("model-load", strings.modelLoad, text, () => host.load()),
    );
  }
  const { loadedBytes, totalBytes } = state;
  const text = fill(strings.modelLoading, { done: size(loadedBytes), total: size(totalBytes) });
  return line(
    html`${meaningIcon}<span>${text}</span>
      <progress part="model-progress" aria-hidden="true" max=${totalBytes} value=${loadedBytes}></progress>`,
    button("model-decline", strings.modelDecline, text, () => host.decline()),
  );
}

function line(content: TemplateResult, action: TemplateResult): TemplateResult {
  return html`<div part="model">${content}${action}</div>`;
}

/** Those who come upon the button alone are told what it is about. */
function button(part: string, text: string, about: string, onClick: () => void): TemplateResult {
  return html`<button part=${part} type="button" aria-description=${about} @click=${onClick}>${text}</button>`;
}

/** Whole megabytes, as far as they say something. */
function megabytes(bytes: number, locale: string): string {
  const value = bytes / 1e6;
  const style = { style: "unit", unit: "megabyte", maximumFractionDigits: value < 10 ? 1 : 0 } as const;
  return new Intl.NumberFormat(locale, style).format(value);
}
