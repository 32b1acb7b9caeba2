import { type KeyboardEvent, type PointerEvent, useState } from "react";
import styles from "./divider.module.css";

const STEP = 16;

interface DividerProps {
  readonly label: string;
  readonly width: number;
  readonly min: number;
  readonly max: number;
  readonly onWidth: (width: number) => void;
}

/** The line between two panes, to be dragged, or moved by the arrow keys. */
export function Divider({ label, width, min, max, onWidth }: DividerProps) {
  const [from, setFrom] = useState<{ readonly x: number; readonly width: number }>();
  const set = (wanted: number): void => onWidth(Math.round(Math.min(max, Math.max(min, wanted))));
  const onPointerDown = (event: PointerEvent): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
    setFrom({ x: event.clientX, width });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    set(width + by);
  };
  return (
    <div
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={width}
      aria-valuemin={min}
      aria-valuemax={max}
      className={styles.divider}
      onPointerDown={onPointerDown}
      onPointerMove={(event) => from !== undefined && set(from.width + event.clientX - from.x)}
      onPointerUp={() => setFrom(undefined)}
      onKeyDown={onKeyDown}
    />
  );
}
