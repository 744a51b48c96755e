/** The answers that the gallery shows, which it needs as plain JavaScript. */
export * from "../../demo/assets/gallery/fixtures.js";
