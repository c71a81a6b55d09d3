/** @file Tables for spreadsheets. */

/**
 * Rows as CSV. A text is never read as a formula.
 * @param {(string|number|null)[][]} rows the first holds the names
 * @returns {string}
 */
export function csvOf(rows) {
  return rows.map((row) => row.map(cell).join(",") + "\r\n").join("");
}

/** @param {string|number|null} value */
function cell(value) {
  const text = String(value);
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
