import { microsecondsOf } from "../../domain/instant.ts";
import type { Instant } from "../../domain/instant.ts";

/** Rows of one composite type under construction. A row is as many calls as its type has columns; null is NULL. */
export interface Rows {
  readonly int2: (value: number) => Rows;
  readonly int4: (value: number | null) => Rows;
  readonly int8: (value: number) => Rows;
  readonly text: (value: string | null) => Rows;
  readonly bytes: (value: Uint8Array) => Rows;
  readonly uuid: (value: string | null) => Rows;
  readonly instant: (value: Instant | null) => Rows;
  /** The array of all rows as PostgreSQL's array_recv and record_recv read it; `typeId` is the oid of the composite type. */
  readonly finish: (typeId: number) => Buffer;
}

// Object identifiers of the built-in types (pg_type.dat): fixed for ever, as drivers rely on them.
const oids = { bytea: 17, int8: 20, int2: 21, int4: 23, text: 25, timestamptz: 1184, uuid: 2950 } as const;

const headBytes = 20;
const columnHeadBytes = 8;
const nullLength = -1;
const twoTo32 = 2 ** 32;
/** Microseconds from 1970 to 2000, from where PostgreSQL counts. */
const epochMicroseconds = 946_684_800_000_000;
const bytesAtFirst = 1_024;

/**
 * Writes rows in PostgreSQL's binary form (src/backend/utils/adt/{arrayfuncs,rowtypes}.c): bytes go out as they are, where text would
 * double them, and no number, time or id is printed here to be parsed there.
 */
export function makeRows(columns: number): Rows {
  let buffer = Buffer.allocUnsafe(bytesAtFirst);
  let at = headBytes;
  let count = 0;
  let left = 0;
  let lastUuid = "";
  let lastUuidAt = 0;

  const room = (bytes: number): void => {
    if (at + bytes <= buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, at + bytes));
    buffer.copy(larger, 0, 0, at);
    buffer = larger;
  };
  /** Begins a value of so many bytes, and a row with it where one is due. */
  const begin = (oid: number, length: number): void => {
    if (left === 0) {
      room(columnHeadBytes);
      // The length of the row is not known yet: it is filled in when the next one begins.
      openRow();
    }
    left -= 1;
    room(columnHeadBytes + Math.max(length, 0));
    buffer.writeInt32BE(oid, at);
    buffer.writeInt32BE(length, at + 4);
    at += columnHeadBytes;
  };
  let rowAt = 0;
  const openRow = (): void => {
    closeRow();
    rowAt = at;
    buffer.writeInt32BE(columns, at + 4);
    at += columnHeadBytes;
    count += 1;
    left = columns;
  };
  const closeRow = (): void => {
    if (count > 0) buffer.writeInt32BE(at - rowAt - 4, rowAt);
  };

  const rows: Rows = {
    int2(value) {
      begin(oids.int2, 2);
      at = buffer.writeInt16BE(value, at);
      return rows;
    },
    int4(value) {
      begin(oids.int4, value === null ? nullLength : 4);
      if (value !== null) at = buffer.writeInt32BE(value, at);
      return rows;
    },
    int8(value) {
      begin(oids.int8, 8);
      writeInt64(value);
      return rows;
    },
    text(value) {
      if (value === null) {
        begin(oids.text, nullLength);
        return rows;
      }
      // No character of a JavaScript text takes more than three bytes; how many it took is known once they are written.
      begin(oids.text, 0);
      room(value.length * 3);
      const written = buffer.write(value, at, "utf8");
      buffer.writeInt32BE(written, at - 4);
      at += written;
      return rows;
    },
    bytes(value) {
      begin(oids.bytea, value.length);
      buffer.set(value, at);
      at += value.length;
      return rows;
    },
    uuid(value) {
      begin(oids.uuid, value === null ? nullLength : 16);
      if (value === null) return rows;
      // Most rows of a transition begin with the id of the same run.
      if (value === lastUuid) buffer.copyWithin(at, lastUuidAt, lastUuidAt + 16);
      else writeUuid(value);
      lastUuid = value;
      lastUuidAt = at;
      at += 16;
      return rows;
    },
    instant(value) {
      begin(oids.timestamptz, value === null ? nullLength : 8);
      if (value !== null) writeInt64(cachedMicroseconds(value) - epochMicroseconds);
      return rows;
    },
    finish(typeId) {
      closeRow();
      buffer.writeInt32BE(count === 0 ? 0 : 1, 0);
      buffer.writeInt32BE(0, 4);
      buffer.writeInt32BE(typeId, 8);
      if (count === 0) return buffer.subarray(0, 12);
      buffer.writeInt32BE(count, 12);
      buffer.writeInt32BE(1, 16);
      return buffer.subarray(0, at);
    },
  };
  const writeInt64 = (value: number): void => {
    const high = Math.floor(value / twoTo32);
    buffer.writeInt32BE(high, at);
    buffer.writeUInt32BE(value - high * twoTo32, at + 4);
    at += 8;
  };
  const writeUuid = (value: string): void => {
    let target = at;
    for (let index = 0; index < value.length; index += 2) {
      if (value.charCodeAt(index) === hyphen) index += 1;
      buffer[target] = (digitOf(value, index) << 4) | digitOf(value, index + 1);
      target += 1;
    }
  };
  return rows;
}

const hyphen = 45;

function digitOf(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code <= 57 ? code - 48 : code - 87;
}

let lastInstant = "";
let lastMicroseconds = 0;

/** The same few instants stand in many rows, and reading one costs more than the rest of its row. */
function cachedMicroseconds(instant: Instant): number {
  if (instant !== lastInstant) {
    lastMicroseconds = microsecondsOf(instant);
    lastInstant = instant;
  }
  return lastMicroseconds;
}
