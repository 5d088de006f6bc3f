package org.residuum.data.decode.jpeg;

/** A scan that sends some coefficients, or one more bit of them (ITU-T T.81, annex G). */
final class ProgressiveScan extends Scan {
  private final int first;
  private final int last;
  private final boolean isRefinement;
  private final int low;

  /** How many blocks, with the present one, have no more coefficients in this scan. */
  private int endedBlocks;

  /**
   * @param header the segment's last three bytes: first and last coefficient, bits
   */
  ProgressiveScan(
      Frame frame, Component[] components, EntropyData data, int restartInterval, int[] header)
      throws UnusualJpegException {
    super(frame, components, data, restartInterval);
    first = header[0];
    last = header[1];
    isRefinement = header[2] >> 4 != 0;
    low = header[2] & 15;
    check(header[2] >> 4);
  }

  private void check(int high) throws UnusualJpegException {
    boolean wrongBand = first == 0 ? last != 0 : last < first || components.length != 1;
    if (wrongBand || last > 63 || low > 13 || (isRefinement && high != low + 1)) {
      throw new UnusualJpegException("a progressive scan against the rules");
    }
    for (Component component : components) {
      if (first > 0 && component.missingBits[0] < 0) {
        throw new UnusualJpegException("AC before DC");
      }
      for (int i = first; i <= last; i++) {
        if (component.missingBits[i] != (isRefinement ? high : -1)) {
          throw new UnusualJpegException("bits sent out of order");
        }
        component.missingBits[i] = low;
      }
    }
  }

  @Override
  void restarted() {
    endedBlocks = 0;
  }

  @Override
  void block(Component component, int blockRow, int block) throws UnusualJpegException {
    short[] values = component.coefficients;
    int at = 64 * (blockRow * component.storedWide + block);
    if (first == 0) {
      if (!isRefinement) {
        component.dc += bits.value(bits.symbol(component.dcTable));
        values[at] = (short) (component.dc << low);
      } else if (bits.bit()) {
        values[at] |= (short) (1 << low);
      }
    } else if (isRefinement) {
      refine(component.acTable, values, at);
    } else {
      send(component.acTable, values, at);
    }
  }

  private void send(HuffmanTable table, short[] values, int at) throws UnusualJpegException {
    if (endedBlocks > 0) {
      endedBlocks--;
      return;
    }
    for (int k = first; k <= last; k++) {
      int symbol = bits.symbol(table);
      int run = symbol >> 4;
      int size = symbol & 15;
      if (size != 0) {
        k += run;
        values[at + BitReader.ZIGZAG[k]] = (short) (bits.value(size) << low);
      } else if (run == 15) {
        k += 15;
      } else {
        endedBlocks = (1 << run) + bits.bits(run) - 1;
        return;
      }
    }
  }

  private void refine(HuffmanTable table, short[] values, int at) throws UnusualJpegException {
    int k = first;
    while (endedBlocks == 0 && k <= last) {
      int symbol = bits.symbol(table);
      int run = symbol >> 4;
      int added = 0;
      if ((symbol & 15) > 1) {
        throw new UnusualJpegException("more than a bit in a refinement");
      } else if ((symbol & 15) == 1) {
        added = bits.bit() ? 1 << low : -1 << low;
      } else if (run < 15) {
        endedBlocks = (1 << run) + bits.bits(run);
        break;
      }
      k = refineUntil(run, k, values, at);
      if (added != 0) {
        if (k > last) {
          throw new UnusualJpegException("a coefficient behind the last one");
        }
        values[at + BitReader.ZIGZAG[k]] = (short) added;
      }
      k++;
    }
    if (endedBlocks > 0) {
      refineUntil(64, k, values, at);
      endedBlocks--;
    }
  }

  /**
   * Reads a bit for each coefficient that is not zero.
   *
   * @param zeros how many coefficients that are zero are passed over
   * @return where the next zero is, or what follows the last coefficient
   */
  private int refineUntil(int zeros, int from, short[] values, int at) {
    int k = from;
    for (; k <= last; k++) {
      int i = at + BitReader.ZIGZAG[k];
      int value = values[i];
      if (value == 0) {
        if (zeros == 0) {
          return k;
        }
        zeros--;
      } else if (bits.bit() && (Math.abs(value) & 1 << low) == 0) {
        values[i] += (short) (value > 0 ? 1 << low : -1 << low);
      }
    }
    return k;
  }
}
