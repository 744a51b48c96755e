/** The `id` of the list's element, for `aria-controls`. */
export const LIST_ID = "results";

/** The `id` of a row's element, for `aria-activedescendant`. */
export const rowId = (index: number): string => `row-${index}`;
