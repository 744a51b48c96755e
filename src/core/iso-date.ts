/** A year, a month, a day or a moment, as in `2024`, `2024-05`, `2024-05-01`, `2024-05-01T12:00:00+02:00`. */
const DATE = /^\d{4}(?:-\d\d(?:-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?)?)?$/i;

/** When an ISO 8601 date begins, in ms since 1970, in UTC unless it says another zone; undefined for anything else. */
export function isoTime(value: string): number | undefined {
  if (!DATE.test(value)) return undefined;
  const [day = "", time = ""] = value.split(/[T ]/i);
  const zoned = /(?:Z|[+-]\d\d(?::?\d\d)?)$/i.test(time) ? time : time && `${time}Z`;
  const iso = zoned
    .replace(",", ".")
    .replace(/([+-]\d\d):?(\d\d)?$/, (_, hours, minutes = "00") => `${hours}:${minutes}`);
  const parsed = Date.parse(iso ? `${day}T${iso}` : day);
  return Number.isNaN(parsed) ? undefined : parsed;
}
