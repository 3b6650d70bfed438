import { nothingSeen, type Estimate } from './estimate.ts';

/** How fast a load may send, and what that was decided from. */
export interface Pace extends Estimate {
  /** Requests per second; 0 only while memory is short. */
  rate: number;
  /** The most requests under way. */
  concurrency: number;
  /** How long memory has been short without a break, in seconds. */
  short_s: number;
  /** Looks while there were requests to send. */
  looks: number;
  /** Looks at which the load had to go faster than the host allows, to end in its time. */
  pressed: number;
  /** Seconds in which the host, and not the load, set the pace. */
  throttled_s: number;
}

/** A load that has not begun. */
export const slowest: Pace = {
  ...nothingSeen,
  rate: 0,
  concurrency: 2,
  short_s: 0,
  looks: 0,
  pressed: 0,
  throttled_s: 0,
};

const longestShortS = 30;
/** A load that was pressed at this share of its looks says nothing about its target. */
const mostPressed = 0.9;

/** What is left of a load. */
export interface Left {
  requests: number;
  seconds: number;
}

/** The pace of a load before its first look: as fast as it has to be. */
export const firstPace = (left: Left): Pace => ({ ...slowest, rate: floorOf(left) });

/** Whether memory was short for so long that the load has to stop. */
export const hasToStop = ({ short_s }: Pace): boolean => short_s > longestShortS;

/** Whether the host had no room for the load: its thresholds are not judged. */
export const isHostPressed = (pace: Pace): boolean =>
  hasToStop(pace) || (pace.looks > 0 && pace.pressed >= pace.looks * mostPressed);

/** The slowest rate that still ends in time. */
export const floorOf = ({ requests, seconds }: Left): number =>
  Math.max(0, requests) / Math.max(0.25, seconds);
