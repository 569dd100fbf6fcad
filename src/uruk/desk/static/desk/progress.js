// Keeps the progress of an import current. Without scripts the page loads itself anew.
const INTERVAL_MS = 2000;
const shown = document.querySelector("[data-progress]");

async function look() {
  if (document.hidden) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return location.reload();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-progress]");
  const heading = fresh?.querySelector("h2").textContent;
  if (heading !== shown.querySelector("h2").textContent) return location.reload();
  shown.querySelector("progress").value = fresh.querySelector("progress").value;
  shown.querySelector("[role=status]").textContent = fresh.querySelector("[role=status]").textContent;
}

setInterval(() => look().catch(() => {}), INTERVAL_MS);
