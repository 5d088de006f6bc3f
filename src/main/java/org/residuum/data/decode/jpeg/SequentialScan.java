package org.residuum.data.decode.jpeg;

import java.util.Arrays;

/** A scan with whole blocks: they are kept as coefficients, or at once made samples. */
final class SequentialScan extends Scan {
  private static final int[] ONES = new int[64];

  static {
    Arrays.fill(ONES, 1);
  }

  private final BlockSamples samples;
  private final int[] coefficients = new int[64];

  /**
   * @param samples receives the blocks; null to keep their coefficients
   */
  SequentialScan(
      Frame frame,
      Component[] components,
      EntropyData data,
      int restartInterval,
      BlockSamples samples)
      throws UnusualJpegException {
    super(frame, components, data, restartInterval);
    this.samples = samples;
  }

  @Override
  void block(Component component, int blockRow, int block) throws UnusualJpegException {
    component.dc += bits.value(bits.symbol(component.dcTable));
    if (samples == null) {
      store(component, blockRow, block);
    } else if (component.isLookedAt(blockRow, block)) {
      int[] in = samples.coefficients();
      in[0] = (short) component.dc * component.quant[0];
      int count = bits.coefficients(component.acTable, component.quant, in);
      samples.put(component, blockRow, block, count);
    } else {
      bits.skipCoefficients(component.acTable);
    }
  }

  private void store(Component component, int blockRow, int block) throws UnusualJpegException {
    bits.coefficients(component.acTable, ONES, coefficients);
    coefficients[0] = component.dc;
    int at = 64 * (blockRow * component.storedWide + block);
    for (int i = 0; i < 64; i++) {
      component.coefficients[at + i] = (short) coefficients[i];
      coefficients[i] = 0;
    }
  }
}
