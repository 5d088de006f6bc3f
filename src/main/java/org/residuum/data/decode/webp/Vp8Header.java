package org.residuum.data.decode.webp;

import java.io.EOFException;
import java.io.IOException;
import org.residuum.data.decode.reader.Bytes;

/** The header of a VP8 key frame (RFC 6386, section 9), up to the modes of the first block. */
final class Vp8Header {
  static final int SEGMENTS = 4;
  private static final int FRAME_TAG_BYTES = 10;

  final int width;
  final int height;

  /** Modes of all macroblocks follow in it. */
  final Vp8Bits bits;

  /** Coefficients: rows of macroblocks take turns. */
  final Vp8Bits[] partitions;

  final boolean hasSegmentMap;
  final int[] segmentProbabilities = {255, 255, 255};
  final boolean isSimpleFilter;
  final int sharpness;

  /** {@code (segment, 0 or 1)}: the loop filter's level where 4 × 4 blocks have no modes, or do. */
  final int[][] filterLevels = new int[SEGMENTS][2];

  /** {@code (segment, 6)}: steps of luma DC and AC, of their DCs' DC and AC, of chroma. */
  final int[][] steps = new int[SEGMENTS][];

  final int[] coefficients = Vp8Tables.COEFFICIENTS.clone();

  /** The probability that a macroblock has coefficients, or -1 if all may. */
  final int skipProbability;

  private boolean areSegmentsAbsolute;
  private final int[] segmentSteps = new int[SEGMENTS];
  private final int[] segmentLevels = new int[SEGMENTS];

  /** Reads the header of the frame in the bytes {@code [from, end)}. */
  Vp8Header(Bytes file, int from, int end) throws IOException {
    int tag = file.u24(from);
    boolean isShown = (tag >> 4 & 1) == 1;
    if ((tag & 1) != 0 || (tag >> 1 & 7) > 3 || !isShown) {
      throw new IOException("a WebP whose pixels are no VP8 key frame that is shown");
    }
    width = file.u16(from + 6) & 0x3fff;
    height = file.u16(from + 8) & 0x3fff;
    int first = from + FRAME_TAG_BYTES;
    int firstEnd = first + (tag >> 5);
    if (firstEnd > end) {
      throw new EOFException("a WebP that ends inside its modes: cut short");
    }
    bits = new Vp8Bits(file.array(), first, firstEnd);
    bits.number(2); // Colour space and clamping: decoders always clamp.
    boolean hasSegments = bits.flag();
    hasSegmentMap = hasSegments && readSegments();
    isSimpleFilter = bits.flag();
    int level = bits.number(6);
    sharpness = bits.number(3);
    readLevels(hasSegments, level);
    partitions = partitions(file, firstEnd, end);
    readSteps(hasSegments);
    bits.flag(); // Whether the probabilities outlive the frame.
    readCoefficients();
    skipProbability = bits.flag() ? bits.number(8) : -1;
  }

  private boolean readSegments() {
    boolean hasMap = bits.flag();
    if (bits.flag()) {
      areSegmentsAbsolute = bits.flag();
      for (int i = 0; i < SEGMENTS; i++) {
        segmentSteps[i] = bits.optionalSigned(7);
      }
      for (int i = 0; i < SEGMENTS; i++) {
        segmentLevels[i] = bits.optionalSigned(6);
      }
    }
    for (int i = 0; hasMap && i < segmentProbabilities.length; i++) {
      segmentProbabilities[i] = bits.flag() ? bits.number(8) : 255;
    }
    return hasMap;
  }

  private void readLevels(boolean hasSegments, int level) {
    int[] differences = new int[8];
    boolean hasDifferences = bits.flag();
    if (hasDifferences && bits.flag()) {
      for (int i = 0; i < differences.length; i++) {
        differences[i] = bits.optionalSigned(6);
      }
    }
    for (int segment = 0; segment < SEGMENTS; segment++) {
      int base = level;
      if (hasSegments) {
        base = segmentLevels[segment] + (areSegmentsAbsolute ? 0 : level);
      }
      if (level == 0) {
        continue; // No filter at all.
      }
      // Of the differences those of key frames count: the first, and that of 4 × 4 modes.
      filterLevels[segment][0] = clip(base + differences[0], 63);
      filterLevels[segment][1] = clip(base + differences[0] + differences[4], 63);
    }
  }

  private Vp8Bits[] partitions(Bytes file, int from, int end) throws IOException {
    Vp8Bits[] all = new Vp8Bits[1 << bits.number(2)];
    int at = from + 3 * (all.length - 1);
    if (at >= end) {
      throw new EOFException("a WebP that ends before its coefficients: cut short");
    }
    for (int i = 0; i < all.length; i++) {
      int size = i == all.length - 1 ? end - at : file.u24(from + 3 * i);
      int stop = Math.min(end, at + size);
      all[i] = new Vp8Bits(file.array(), at, stop);
      at = stop;
    }
    return all;
  }

  private void readSteps(boolean hasSegments) {
    int base = bits.number(7);
    int lumaDc = bits.optionalSigned(4);
    int secondDc = bits.optionalSigned(4);
    int secondAc = bits.optionalSigned(4);
    int chromaDc = bits.optionalSigned(4);
    int chromaAc = bits.optionalSigned(4);
    for (int segment = 0; segment < SEGMENTS; segment++) {
      int q = base;
      if (hasSegments) {
        q = segmentSteps[segment] + (areSegmentsAbsolute ? 0 : base);
      }
      steps[segment] =
          new int[] {
            Vp8Tables.DC_STEPS[clip(q + lumaDc, 127)],
            Vp8Tables.AC_STEPS[clip(q, 127)],
            2 * Vp8Tables.DC_STEPS[clip(q + secondDc, 127)],
            Math.max(8, Vp8Tables.AC_STEPS[clip(q + secondAc, 127)] * 155 / 100),
            Vp8Tables.DC_STEPS[clip(q + chromaDc, 117)],
            Vp8Tables.AC_STEPS[clip(q + chromaAc, 127)]
          };
    }
  }

  private void readCoefficients() {
    for (int i = 0; i < coefficients.length; i++) {
      if (bits.bit(Vp8Tables.UPDATES[i]) == 1) {
        coefficients[i] = bits.number(8);
      }
    }
  }

  private static int clip(int value, int max) {
    return Math.max(0, Math.min(max, value));
  }
}
