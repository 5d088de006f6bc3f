package org.residuum.data.decode.jpeg;

/**
 * The blocks of one scan in their order (ITU-T T.81, A.2): interleaved in MCUs, or those of one
 * component.
 */
abstract class Scan {
  final Frame frame;
  final Component[] components;
  final BitReader bits;
  private final int restartInterval;
  private int untilRestart;

  Scan(Frame frame, Component[] components, EntropyData data, int restartInterval)
      throws UnusualJpegException {
    this.frame = frame;
    this.components = components;
    this.restartInterval = restartInterval;
    untilRestart = restartInterval;
    bits = new BitReader(data);
    for (Component component : components) {
      component.dc = 0;
    }
  }

  abstract void block(Component component, int blockRow, int block) throws UnusualJpegException;

  /** What a restart resets besides the DC coefficients. */
  void restarted() {}

  final int rows() {
    return components.length == 1 ? components[0].blocksHigh : frame.mcusHigh;
  }

  final void row(int row) throws UnusualJpegException {
    if (components.length == 1) {
      for (int x = 0; x < components[0].blocksWide; x++) {
        countMcu();
        block(components[0], row, x);
      }
      return;
    }
    for (int x = 0; x < frame.mcusWide; x++) {
      countMcu();
      for (Component component : components) {
        for (int y = 0; y < component.down; y++) {
          for (int i = 0; i < component.across; i++) {
            block(component, row * component.down + y, x * component.across + i);
          }
        }
      }
    }
  }

  private void countMcu() throws UnusualJpegException {
    if (restartInterval == 0) {
      return;
    }
    if (untilRestart == 0) {
      bits.restart();
      untilRestart = restartInterval;
      for (Component component : components) {
        component.dc = 0;
      }
      restarted();
    }
    untilRestart--;
  }

  final void all() throws UnusualJpegException {
    for (int row = 0; row < rows(); row++) {
      row(row);
    }
    bits.end();
  }
}
