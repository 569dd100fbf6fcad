// A place may be taken from the device instead of being typed. Nothing is sent: the two boxes are filled in. Without a
// program, or where the device does not say where it is, they are typed.

const DIGITS = 6;

for (const button of document.querySelectorAll("[data-place]")) {
  if (!navigator.geolocation) continue;
  const told = button.parentElement.querySelector("[role=status]");
  const boxes = button.closest("fieldset").querySelectorAll("input");
  button.parentElement.hidden = false;
  button.addEventListener("click", () => {
    told.textContent = button.dataset.waiting;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        boxes[0].value = coords.latitude.toFixed(DIGITS);
        boxes[1].value = coords.longitude.toFixed(DIGITS);
        told.textContent = button.dataset.taken;
      },
      () => { told.textContent = button.dataset.unknown; },
      { enableHighAccuracy: true, timeout: 20000, maximumAge: 0 },
    );
  });
}
