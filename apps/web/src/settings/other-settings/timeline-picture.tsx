import { useTexts } from "../../i18n/texts.ts";
import { otherTexts } from "./texts.ts";
import classes from "./timeline-picture.module.css";

export interface PicturePoint {
  /** Where on the line, from 0 to 1. */
  readonly at: number;
  /** When, counted from the beginning; nothing at the beginning itself. */
  readonly time?: string;
  readonly what: string;
  readonly look: "start" | "step" | "warning" | "overdue" | "end";
}

const LINE_Y = 34;
/** The line ends a little before the edges, so that its marks are whole. */
const FROM_PERCENT = 2;
const WIDE_PERCENT = 96;

/** The acts of the clock on a line, as far from each other as they are in time. */
export function TimelinePicture({ points }: { readonly points: readonly PicturePoint[] }) {
  const t = useTexts(otherTexts);
  const said = points.map(({ what, time }) => (time === undefined ? what : `${time}: ${what}`));
  return (
    <svg
      role="img"
      aria-label={t("picture", { points: said.join(", ") })}
      className={classes.picture}
      width="100%"
      height={64}
    >
      <line x1="2%" x2="98%" y1={LINE_Y} y2={LINE_Y} className={classes.line} />
      {points.map((point) => (
        <Mark key={`${point.at} ${point.what}`} point={point} />
      ))}
    </svg>
  );
}

function Mark({ point: { at, time, what, look } }: { readonly point: PicturePoint }) {
  const x = `${FROM_PERCENT + at * WIDE_PERCENT}%`;
  const anchor = at < 0.12 ? "start" : at > 0.88 ? "end" : "middle";
  return (
    <g data-look={look} className={classes.mark}>
      {look === "warning" ? (
        <svg x={x} y={LINE_Y} overflow="visible" aria-hidden="true">
          <path d="M-7 6 L0 -7 L7 6 Z" />
        </svg>
      ) : (
        <circle cx={x} cy={LINE_Y} r={look === "step" ? 5 : 6} />
      )}
      {time !== undefined && (
        <text x={x} y={LINE_Y - 14} textAnchor={anchor} className={classes.time}>
          {time}
        </text>
      )}
      <text x={x} y={LINE_Y + 24} textAnchor={anchor}>
        {what}
      </text>
    </g>
  );
}
