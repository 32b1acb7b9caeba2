import UPlot from "uplot";
import { clock } from "../mail/format.js";
import { duration, type LatencySeries } from "./latency-series.js";
import "uplot/dist/uPlot.min.css";

const HEIGHT = 160;
const LEAST_MS = 10;

/** Colours as a canvas takes them. */
export interface PlotColours {
  readonly text: string;
  readonly grid: string;
  readonly median: string;
  readonly most: string;
}

/** Two lines on a canvas in an element, which it is as wide as. */
export class LatencyPlot {
  readonly #plot: UPlot;
  readonly #size: ResizeObserver;

  /** `readColours` is asked at each painting, `onPoint` is told which slice the pointer is at. */
  constructor(
    element: HTMLElement,
    data: LatencySeries,
    readColours: () => PlotColours,
    onPoint: (index: number | undefined) => void,
  ) {
    const font = `12px ${getComputedStyle(element).fontFamily}`;
    const axis = {
      font,
      stroke: () => readColours().text,
      grid: { stroke: () => readColours().grid, width: 1 },
      ticks: { show: false },
    };
    const line = (stroke: () => string, dash: number[]): UPlot.Series => ({
      stroke,
      width: 2,
      dash,
      points: { show: true, size: 5, stroke, fill: stroke },
    });
    this.#plot = new UPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
        scales: {
          x: { time: true },
          y: { range: (_, __, most) => [0, Math.max(LEAST_MS, most * 1.1)] },
        },
        series: [
          {},
          line(() => readColours().median, []),
          // Who does not see colours tells it by its dashes.
          line(() => readColours().most, [5, 4]),
        ],
        axes: [
          {
            ...axis,
            space: 90,
            size: 32,
            values: (_, at) => at.map((seconds) => clock(new Date(seconds * 1_000))),
          },
          { ...axis, space: 40, size: 64, values: (_, all) => all.map((ms) => duration(ms)) },
        ],
        hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? undefined)] },
      },
      data,
      element,
    );
    this.#size = new ResizeObserver(() => this.#plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    this.#size.observe(element);
  }

  show(data: LatencySeries): void {
    this.#plot.setData(data);
  }

  /** Paints it again, in the colours of now. */
  repaint(): void {
    this.#plot.redraw(false, true);
  }

  remove(): void {
    this.#size.disconnect();
    this.#plot.destroy();
  }
}
