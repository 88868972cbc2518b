// The simulated world's wires: whatever a process asks of the database or of a model waits here until the schedule decides
// whether it happens, whether the answer comes back, and when.
import { Fault } from "../../src/domain/fault.ts";
import type { Dice } from "./dice.ts";

/** What may go wrong on the way, each as a probability per delivered message. */
export interface Weather {
  readonly lostBefore: number;
  readonly lostAfter: number;
  /** The sender gives up, and the statement is carried out later all the same. */
  readonly ghost: number;
  /** Carried out now, answered at some later time. */
  readonly slowAnswer: number;
}

export const fairWeather: Weather = { lostBefore: 0, lostAfter: 0, ghost: 0, slowAnswer: 0 };

/** Points of the schedule that the run of a simulation should have reached; counted to see what it covers. */
export type FaultPoint = "lost_before" | "lost_after" | "ghost" | "ghost_applied" | "slow_answer" | "orphaned";

interface Message {
  readonly from: object;
  readonly what: string;
  readonly settle: (outcome: { readonly value: unknown } | { readonly error: Error }) => void;
  readonly apply: () => unknown;
}

type Delivery = { readonly from: object; readonly deliver: () => void };

export interface Network {
  /** Sends something whose effect is `apply`; the answer comes, or does not. */
  readonly send: <T>(from: object, what: string, apply: () => T) => Promise<T>;
  readonly choices: () => number;
  readonly step: (weather: Weather) => void;
  /** The process is gone: what it had under way happens or not, and nobody hears of it. */
  readonly cutOff: (from: object) => void;
  readonly isBusy: () => boolean;
}

const away = (): Fault => new Fault("database_unavailable", "the simulated connection broke");

export function makeNetwork(dice: Dice, reached: (point: FaultPoint) => void, isStalled: (from: object) => boolean): Network {
  let messages: Message[] = [];
  let answers: Delivery[] = [];
  const ghosts: (() => unknown)[] = [];

  const takeAt = <T>(items: T[], index: number): T => {
    const [item] = items.splice(index, 1);
    if (item === undefined) throw new Error("no such choice");
    return item;
  };
  const carryOut = (apply: () => unknown): { readonly value: unknown } | { readonly error: Error } => {
    try {
      return { value: apply() };
    } catch (error) {
      return { error: error instanceof Error ? error : new Error(String(error)) };
    }
  };
  const handle = (message: Message, weather: Weather): void => {
    const luck = dice.roll();
    let edge = weather.lostBefore;
    if (luck < edge) {
      reached("lost_before");
      return message.settle({ error: away() });
    }
    if (luck < (edge += weather.lostAfter)) {
      reached("lost_after");
      carryOut(message.apply);
      return message.settle({ error: away() });
    }
    if (luck < (edge += weather.ghost)) {
      reached("ghost");
      ghosts.push(message.apply);
      return message.settle({ error: away() });
    }
    const outcome = carryOut(message.apply);
    if (luck < edge + weather.slowAnswer) {
      reached("slow_answer");
      answers.push({ from: message.from, deliver: () => message.settle(outcome) });
      return undefined;
    }
    return message.settle(outcome);
  };

  return {
    send: <T>(from: object, what: string, apply: () => T) =>
      new Promise<T>((resolve, reject) => {
        const settle: Message["settle"] = (outcome) => {
          if ("error" in outcome) reject(outcome.error);
          else resolve(outcome.value as T);
        };
        messages.push({ from, what, apply, settle });
      }),
    choices: () => messages.length + answers.filter((answer) => !isStalled(answer.from)).length + ghosts.length,
    step(weather) {
      const open = answers.filter((answer) => !isStalled(answer.from));
      const index = dice.below(messages.length + open.length + ghosts.length);
      if (index < messages.length) return handle(takeAt(messages, index), weather);
      const second = index - messages.length;
      const answer = open[second];
      if (answer !== undefined) {
        answers = answers.filter((other) => other !== answer);
        return answer.deliver();
      }
      reached("ghost_applied");
      carryOut(takeAt(ghosts, second - open.length));
      return undefined;
    },
    cutOff(from) {
      for (const message of messages.filter((one) => one.from === from)) {
        if (dice.chance(0.5)) {
          reached("orphaned");
          ghosts.push(message.apply);
        }
      }
      messages = messages.filter((message) => message.from !== from);
      answers = answers.filter((answer) => answer.from !== from);
    },
    isBusy: () => messages.length + answers.length + ghosts.length > 0,
  };
}
