import type { Browser } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { openTour, type Tour } from "./open-tour.js";
import { setUp } from "./set-up.js";

/** Opens a mailbox with Ada's account for the tests of a file, which go on from each other, and closes it and the browser after them. */
export function useTour(browser: Browser | undefined, opened: (tour: Tour) => void): void {
  let tour: Tour | undefined;

  beforeAll(async () => {
    tour = await openTour(browser as Browser);
    await setUp(tour);
    opened(tour);
  });

  afterAll(async () => {
    await tour?.close();
    await browser?.close();
  });
}
