import { css } from "lit";

/** Fingers need room, on a tablet as on a phone. */
const touch = css`
  @media (pointer: coarse) {
    button,
    summary,
    [part~=option],
    [part~=recent] .label {
      min-block-size: 44px;
    }
    button {
      min-inline-size: 44px;
    }
    .hints,
    .silent {
      display: none;
    }
  }
`;

/** Text so large, or a window so narrow, that a line has no room for a heading and what is beside it. */
const narrow = css`
  dialog [part~=results] {
    container-type: inline-size;
  }
  @container (max-width: 18em) {
    .line {
      flex-wrap: wrap;
    }
    [part~=trail] + [part~=heading] {
      margin-inline-start: 0;
    }
    [part~=badge] {
      flex-shrink: 1;
      white-space: normal;
    }
  }
`;

/** Where lines of scripts without spaces, or with syllables for letters, may break. */
const scripts = css`
  :lang(ja) {
    line-break: strict;
    word-break: auto-phrase;
  }
  :lang(ko) {
    word-break: keep-all;
  }
`;

/** Windows' contrast themes replace every colour; what was told by a colour is told by a line. */
const contrast = css`
  @media (prefers-contrast: more) {
    :host,
    :host([theme]),
    [data-scheme] {
      --_muted: var(--_text);
      --_border: color-mix(in srgb, var(--_text) 60%, var(--_background));
    }
    [part~=option-active] {
      outline: 2px solid var(--_accent);
      outline-offset: -2px;
    }
    mark {
      font-weight: 600;
    }
  }
  @media (forced-colors: active) {
    [part~=option] {
      color: CanvasText;
    }
    [part~=title] {
      color: LinkText;
    }
    [part~=option-active] {
      outline: 2px solid Highlight;
      outline-offset: -2px;
    }
    [part~=option-active]::before {
      content: none;
    }
    [part~=progress] {
      background: CanvasText;
      forced-color-adjust: none;
    }
    mark {
      color: MarkText;
      background: Mark;
      forced-color-adjust: none;
    }
    .meaning mark {
      text-decoration: underline;
      color: CanvasText;
      background: none;
    }
    .bone i {
      border: 1px solid GrayText;
    }
    .busy::after {
      background: Highlight;
      forced-color-adjust: none;
    }
  }
`;

const motion = css`
  @media (prefers-reduced-motion: reduce) {
    *,
    ::after {
      animation-duration: 0.01ms !important;
      animation-iteration-count: 1 !important;
    }
  }
`;

/** An open search is not part of the page on paper; one that stands in the page is, all of it. */
const print = css`
  @media print {
    dialog,
    [part~=search-bar] button,
    [part~=footer],
    [part~=model] {
      display: none;
    }
  }
`;

/** How the search fits itself to its visitors: their fingers, their scripts, their eyes, their paper. */
export const mannerStyles = [touch, narrow, scripts, contrast, motion, print];
