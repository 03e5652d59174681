import type { AlertPage, AlertPages, AlertRow } from "./alert-types";

/** Return pages, newest first, with what is now known of one alert: changed, put in its place, or left out. Pure. */
export function placed(pages: AlertPages, row: AlertRow, isFit: boolean): AlertPages {
  const isHere = pages.pages.some((page) => page.results.some((one) => one.id === row.id));
  if (isHere) return { ...pages, pages: pages.pages.map((page) => (isFit ? changed(page, row) : without(page, row))) };
  return isFit ? inserted(pages, row) : pages;
}

function changed(page: AlertPage, row: AlertRow): AlertPage {
  return { ...page, results: page.results.map((one) => (one.id === row.id ? { ...one, ...row } : one)) };
}

function without(page: AlertPage, row: AlertRow): AlertPage {
  return { ...page, results: page.results.filter((one) => one.id !== row.id) };
}

function inserted(pages: AlertPages, row: AlertRow): AlertPages {
  const last = pages.pages.length - 1;
  const found = pages.pages.findIndex((page) => page.results.some((one) => one.id < row.id));
  // Older than all that is read: it comes with its own page, when somebody asks for that.
  if (found < 0 && pages.pages[last]?.next) return pages;
  const place = found < 0 ? last : found;
  const put = (page: AlertPage) => ({ ...page, results: [...page.results, row].sort((a, b) => b.id - a.id) });
  return { ...pages, pages: pages.pages.map((page, number) => (number === place ? put(page) : page)) };
}
