export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * The slope of a line through points, as the median of the slopes between all pairs (Theil 1950, Sen
 * 1968): up to 29 % of the points may be anything without moving it. 0 for fewer than two points.
 */
export function theilSen(points: readonly Point[]): number {
  const slopes = points.flatMap((a, index) =>
    points.slice(index + 1).flatMap((b) => (b.x === a.x ? [] : (b.y - a.y) / (b.x - a.x))),
  );
  slopes.sort((a, b) => a - b);
  const middle = slopes.length >> 1;
  const upper = slopes[middle] ?? 0;
  return slopes.length % 2 === 1 ? upper : ((slopes[middle - 1] ?? 0) + upper) / 2;
}
