// The first thing a visit runs: keeps what scanning needs for when there is no network, and hands a scanned code from the
// home page on to the verify page. The code stands behind the #: it never leaves the phone.

const home = document.querySelector("[data-verify]");
if (home && location.hash.length > 16) location.replace(home.dataset.verify + location.hash);
else navigator.serviceWorker?.register("/sw.js").catch(() => {});
