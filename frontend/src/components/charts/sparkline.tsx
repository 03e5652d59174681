import { useEffect, useRef } from "react";
import { classes } from "@/lib/classes";

interface Props {
  /** Oldest first. Drawn against `low` to `high`, so that lines of several rows compare. */
  values: readonly number[];
  low: number;
  high: number;
  className?: string;
}

/** A line on a canvas, without axes, in the colour of the text around it. What it shows stands in words beside it. */
export function Sparkline({ values, low, high, className }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current) draw(canvas.current, values, low, high);
  }, [values, low, high]);
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a canvas without a tabindex takes no focus
  return <canvas ref={canvas} aria-hidden="true" className={classes("block h-5 w-20", className)} />;
}

function draw(canvas: HTMLCanvasElement, values: readonly number[], low: number, high: number): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const [width, height] = pixels(canvas);
  context.clearRect(0, 0, width, height);
  if (values.length < 2) return;
  const step = (width - 2) / (values.length - 1);
  const y = (value: number) => 1 + (height - 2) * (1 - (value - low) / (high - low));
  context.beginPath();
  for (const [place, value] of values.entries()) context.lineTo(1 + place * step, y(value));
  context.strokeStyle = getComputedStyle(canvas).color;
  context.lineWidth = 1.25 * devicePixelRatio;
  context.lineJoin = "round";
  context.stroke();
}

// A canvas has as many pixels as the screen has there, or its line blurs.
function pixels(canvas: HTMLCanvasElement): [number, number] {
  const width = Math.round(canvas.clientWidth * devicePixelRatio);
  const height = Math.round(canvas.clientHeight * devicePixelRatio);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  return [width, height];
}
