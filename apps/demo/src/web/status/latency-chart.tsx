import { useEffect, useRef, useState } from "react";
import type { Status } from "../api/answers.js";
import { clock } from "../mail/format.js";
import { watchLook } from "../theme/watch-look.js";
import { FiguresTable } from "./figures-table.js";
import { LatencyPlot } from "./latency-plot.js";
import { duration, toSeries } from "./latency-series.js";
import styles from "./status.module.css";

type LatencyChartProps = Status["latencies"][number] & {
  /** When this was so: the hour before it is shown. */
  readonly nowMs: number;
};

/** How long a protocol's commands took: a chart, and its numbers for who does not see it. */
export function LatencyChart({ protocol, slices, nowMs }: LatencyChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const median = useRef<HTMLSpanElement>(null);
  const most = useRef<HTMLSpanElement>(null);
  const plot = useRef<LatencyPlot>(undefined);
  const [point, setPoint] = useState<number>();
  const [moments, medians, mosts] = toSeries(slices, nowMs);

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const drawn = new LatencyPlot(
      element,
      toSeries([], Date.now()),
      () => ({
        text: colourOf(element),
        grid: getComputedStyle(element).borderTopColor,
        median: colourOf(median.current ?? element),
        most: colourOf(most.current ?? element),
      }),
      setPoint,
    );
    plot.current = drawn;
    const stopWatching = watchLook(() => drawn.repaint());
    return () => {
      stopWatching();
      drawn.remove();
    };
  }, []);
  useEffect(() => plot.current?.show(toSeries(slices, nowMs)), [slices, nowMs]);

  const shown = point ?? moments.findLastIndex((_, index) => medians[index] !== null);
  const at = moments[shown];
  const say = (ms: number | null | undefined) => (ms === null || ms === undefined ? "–" : duration(ms));
  return (
    <figure className={styles.chart}>
      <figcaption className={styles.legend}>
        <strong>{protocol.toUpperCase()}</strong>
        <span className={styles.median}>
          <span ref={median} className={styles.line} />
          Median {say(medians[shown])}
        </span>
        <span className={styles.most}>
          <span ref={most} className={styles.line} />
          95 % within {say(mosts[shown])}
        </span>
        {at !== undefined && <span className={styles.soft}>at {clock(new Date(at * 1_000))}</span>}
      </figcaption>
      <div ref={box} className={styles.plot} aria-hidden />
      <details>
        <summary>The numbers of {protocol.toUpperCase()}</summary>
        <FiguresTable
          label={`Latencies of ${protocol.toUpperCase()}`}
          columns={["From", "Commands", "Median", "95 % within"]}
          rows={slices.toReversed().map(({ at: from, count, p50Ms, p95Ms }) => ({
            key: from,
            cells: [clock(new Date(from)), count, duration(p50Ms), duration(p95Ms)],
          }))}
        />
      </details>
    </figure>
  );
}

function colourOf(element: HTMLElement): string {
  return getComputedStyle(element).color;
}
