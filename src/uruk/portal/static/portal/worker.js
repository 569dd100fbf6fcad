// The service worker: keeps the verify page and its programs, so that scanning works without a network after one earlier visit.
// VERSION, PAGES (the verify page by language), FONTS (likewise) and PARTS (its files) stand before this text: the server puts
// them there.
/* global FONTS, PAGES, PARTS, VERSION */

const KEPT = `uruk-${VERSION}`;
const FRESH = "uruk-fresh"; // keys and revocations: newer replaces older, whatever the version
const PATIENCE_MS = 4000;
const isFresh = (path) => path === "/keys.json" || path.startsWith("/status/");
const languageOf = (path) => path.split("/")[1];

// Without cookies: what is kept for everybody must hold nothing of whoever is signed in.
async function keep(path) {
  const response = await fetch(path, { credentials: "omit" });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  await (await caches.open(KEPT)).put(path, response);
}

const keepPage = (language) => Promise.all([keep(PAGES[language]), keep(FONTS[language])]);

// The verify page in the languages that are open now; another is kept when it is first visited.
async function keepPages() {
  const windows = await self.clients.matchAll({ includeUncontrolled: true, type: "window" });
  const open = new Set(windows.map(({ url }) => languageOf(new URL(url).pathname)));
  const wanted = Object.keys(PAGES).filter((language) => open.has(language));
  await Promise.all((wanted.length ? wanted : Object.keys(PAGES).slice(0, 1)).map(keepPage));
}

async function keepFresh() {
  const cache = await caches.open(FRESH);
  const response = await fetch("/keys.json");
  if (!response.ok) return;
  await cache.put("/keys.json", response.clone());
  const { institutions } = await response.json();
  const paths = Object.values(institutions).flatMap((institution) => Object.values(institution.status_lists));
  await Promise.allSettled(paths.map((path) => cache.add(`/${path}`)));
}

async function forgetOlder() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== KEPT && name !== FRESH).map((name) => caches.delete(name)));
}

const late = () => new Promise((_, reject) => { setTimeout(() => reject(new Error("late")), PATIENCE_MS); });

// The network while it answers in time.
async function fromNetwork(request) {
  const response = await Promise.race([fetch(request), late()]);
  if (response.status >= 500) throw new Error("down");
  return response;
}

async function freshOrKept(request, path) {
  const cache = await caches.open(FRESH);
  try {
    const response = await fromNetwork(request);
    if (response.ok) await cache.put(path, response.clone());
    return response;
  } catch {
    return (await cache.match(path)) ?? Response.error();
  }
}

// The verify page in this language or, before another was visited, in the one that was kept.
async function keptPage(language) {
  const cache = await caches.open(KEPT);
  for (const path of [PAGES[language], ...Object.values(PAGES)]) {
    const page = path && (await cache.match(path));
    if (page) return page;
  }
  return Response.error();
}

// Home pages lead to the verify page when there is no network; the browser carries the code behind the # along.
async function page(request, path) {
  const isVerify = Object.values(PAGES).includes(path);
  try {
    const response = await fromNetwork(request);
    const cache = await caches.open(KEPT);
    if (isVerify && !(await cache.match(path))) keepPage(languageOf(path)).catch(() => {});
    return response;
  } catch {
    return isVerify ? keptPage(languageOf(path)) : Response.redirect(PAGES[languageOf(path)] ?? Object.values(PAGES)[0]);
  }
}

async function part(request, path) {
  return (await (await caches.open(KEPT)).match(path)) ?? fetch(request);
}

self.addEventListener("install", (event) => {
  event.waitUntil(Promise.all([...PARTS.map(keep), keepPages(), keepFresh()]).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOlder().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  const isHome = pathname === "/" || (languageOf(pathname) in PAGES && pathname.split("/").length === 3 && pathname.endsWith("/"));
  if (isFresh(pathname)) event.respondWith(freshOrKept(request, pathname));
  else if (request.mode === "navigate" && (isHome || Object.values(PAGES).includes(pathname))) event.respondWith(page(request, pathname));
  else if (PARTS.includes(pathname) || Object.values(FONTS).includes(pathname)) event.respondWith(part(request, pathname));
});
