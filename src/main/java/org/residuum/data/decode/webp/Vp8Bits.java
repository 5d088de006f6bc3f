package org.residuum.data.decode.webp;

/** The boolean entropy decoder of VP8 (RFC 6386, section 7). */
final class Vp8Bits {
  private final byte[] bytes;
  private final int end;
  private int at;

  /** The range less one, 127 to 254. */
  private int range = 254;

  private long value;

  /** Bits of {@code value} below the eight that are compared. */
  private int bits = -8;

  private boolean isExhausted;

  /** Bits of the bytes {@code [from, end)}. */
  Vp8Bits(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  /** Whether bits were read that are not there; they are zeros. */
  boolean isExhausted() {
    return isExhausted;
  }

  private void load() {
    while (bits < 0 || (bits <= 40 && at < end)) {
      value <<= 8;
      if (at < end) {
        value |= bytes[at++] & 255;
      } else {
        isExhausted = true;
      }
      bits += 8;
    }
  }

  /** A bit that is 0 with probability {@code probability / 256}. */
  int bit(int probability) {
    if (bits < 0) {
      load();
    }
    int split = (range * probability) >> 8;
    int compared = (int) (value >> bits);
    int bit;
    if (compared > split) {
      range -= split + 1;
      value -= (long) (split + 1) << bits;
      bit = 1;
    } else {
      range = split;
      bit = 0;
    }
    if (range < 127) {
      int shift = Integer.numberOfLeadingZeros(range + 1) - 24;
      range = ((range + 1) << shift) - 1;
      bits -= shift;
    }
    return bit;
  }

  boolean flag() {
    return bit(128) == 1;
  }

  /** A number of so many bits, the highest first. */
  int number(int count) {
    int number = 0;
    for (int i = 0; i < count; i++) {
      number = number << 1 | bit(128);
    }
    return number;
  }

  /** A number and its sign. */
  int signed(int count) {
    int number = number(count);
    return flag() ? -number : number;
  }

  /** If a flag is set, a number and its sign; else 0. */
  int optionalSigned(int count) {
    return flag() ? signed(count) : 0;
  }
}
