// Reads a code by the camera or from a photo. The browser's own detector where there is one, ours otherwise.
// Only the text is read: nothing is opened, nothing is sent.

const LONGEST = 3000; // pixels of the longer side: a whole sheet is photographed, and its code is a small part of it
const PAUSE_MS = 150;

async function nativeDetector() {
  const formats = "BarcodeDetector" in globalThis ? await BarcodeDetector.getSupportedFormats() : [];
  return formats.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
}

function picture(source, width, height) {
  const scale = Math.min(1, LONGEST / Math.max(width, height));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "#fff"; // a drawing with a transparent ground is read on white
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

async function read(source, width, height, detector, thorough) {
  const found = detector ? await detector.detect(source).catch(() => []) : [];
  if (found.length) return found[0].rawValue;
  if (detector && !thorough) return null;
  const { decodeQr } = await import("./qr/decode.js");
  return decodeQr(picture(source, width, height), thorough);
}

// The text of the code in a photo, or null.
export async function readPhoto(file) {
  const bitmap = await createImageBitmap(file);
  try {
    return await read(bitmap, bitmap.width, bitmap.height, await nativeDetector(), true);
  } finally {
    bitmap.close();
  }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

// Films until a code is read or the signal stops it; its text, or null when stopped. The camera is always let go.
export async function readCamera(video, signal) {
  const wish = { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } };
  const stream = await navigator.mediaDevices.getUserMedia({ video: wish, audio: false });
  try {
    const detector = await nativeDetector();
    video.srcObject = stream;
    await video.play();
    while (!signal.aborted) {
      const text = video.videoWidth ? await read(video, video.videoWidth, video.videoHeight, detector, false) : null;
      if (text) return text;
      await pause();
    }
    return null;
  } finally {
    stream.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
  }
}
