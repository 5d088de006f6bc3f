package org.residuum.data.decode.jpeg;

/**
 * Makes rows of pixels of samples: chroma of half the resolution is stretched as by libjpeg's
 * "fancy upsampling" (weights 3/4 and 1/4 in each direction), to the bit.
 */
final class PixelRows {
  private final Frame frame;
  private final Window window;
  private final boolean isYcc;
  private final byte[] out;

  /** For each component its samples of a row, one a pixel. */
  private final int[][] lines;

  private final int[][] rgb;
  private int nextRow;

  /**
   * @param isYcc whether the first three components become RGB
   * @param out receives {@code (H, W, components)} of the window
   */
  PixelRows(Frame frame, Window window, boolean isYcc, byte[] out) {
    this.frame = frame;
    this.window = window;
    this.isYcc = isYcc;
    this.out = out;
    nextRow = window.top();
    lines = new int[frame.components.length][window.width() + 2];
    rgb = new int[3][window.width() + 2];
  }

  /** Makes the rows whose samples are there after so many rows of MCUs. */
  void after(int mcuRows) {
    for (Component component : frame.components) {
      component.limit(mcuRows - 1);
    }
    while (nextRow < window.bottom() && isThere(nextRow, mcuRows)) {
      for (int c = 0; c < lines.length; c++) {
        line(frame.components[c], nextRow, lines[c]);
      }
      int at = (nextRow - window.top()) * window.width() * lines.length;
      if (lines.length == 3) {
        if (isYcc) {
          JpegColors.yccToRgb(lines, rgb);
        }
        interleave(isYcc ? rgb : lines, at);
      } else {
        interleaveAny(at);
      }
      nextRow++;
    }
  }

  private boolean isThere(int row, int mcuRows) {
    for (Component component : frame.components) {
      int rows = mcuRows * component.down * component.size;
      int last = component.stretchY == 1 ? row : (row >> 1) + (row & 1);
      if (rows < component.samplesHigh && last >= rows) {
        return false;
      }
    }
    return true;
  }

  private void interleave(int[][] in, int at) {
    int[] first = in[0];
    int[] second = in[1];
    int[] third = in[2];
    int skipped = window.left() & 1;
    int width = window.width();
    for (int x = 0; x < width; x++) {
      out[at + 3 * x] = (byte) first[skipped + x];
      out[at + 3 * x + 1] = (byte) second[skipped + x];
      out[at + 3 * x + 2] = (byte) third[skipped + x];
    }
  }

  private void interleaveAny(int at) {
    int skipped = window.left() & 1;
    for (int c = 0; c < lines.length; c++) {
      for (int x = 0; x < window.width(); x++) {
        out[at + x * lines.length + c] = (byte) lines[c][skipped + x];
      }
    }
  }

  /** The samples of a row, from an even column on. */
  private void line(Component component, int row, int[] line) {
    int left = window.left() & ~1;
    if (component.stretchX == 1) {
      copy(component, row, line);
      return;
    }
    int from = left >> 1;
    int to = (window.right() + 1) >> 1;
    if (!component.isSmooth) {
      repeat(component, component.at(row / component.stretchY, 0), from, to, line);
    } else if (component.stretchY == 1) {
      stretch(component, component.at(row, 0), from, to, line);
    } else {
      int near = row >> 1;
      int far = Math.max(0, Math.min(component.samplesHigh - 1, near + ((row & 1) == 0 ? -1 : 1)));
      stretch(component, component.at(near, 0), component.at(far, 0), from, to, line);
    }
  }

  private void copy(Component component, int row, int[] line) {
    int at = component.at(row, window.left());
    System.arraycopy(component.ring, at, line, window.left() & 1, window.width());
  }

  private static void repeat(Component component, int at, int from, int to, int[] line) {
    for (int x = from; x < to; x++) {
      line[2 * (x - from)] = component.ring[at + x];
      line[2 * (x - from) + 1] = component.ring[at + x];
    }
  }

  /** Samples {@code [from, to)} of a row become two each, of the sample and its neighbour. */
  private static void stretch(Component component, int at, int from, int to, int[] line) {
    int[] in = component.ring;
    int own = in[at + from];
    int before = from == 0 ? own : in[at + from - 1];
    int out = 0;
    for (int x = from; x < to; x++) {
      int after = x + 1 < component.samplesWide ? in[at + x + 1] : own;
      line[out++] = (3 * own + before + 1) >> 2;
      line[out++] = (3 * own + after + 2) >> 2;
      before = own;
      own = after;
    }
  }

  /** The same of sums over two rows, of which the near one has weight 3. */
  private static void stretch(
      Component component, int near, int far, int from, int to, int[] line) {
    int[] in = component.ring;
    int own = 3 * in[near + from] + in[far + from];
    int before = from == 0 ? own : 3 * in[near + from - 1] + in[far + from - 1];
    int out = 0;
    int inner = Math.min(to, component.samplesWide - 1);
    for (int x = from; x < inner; x++) {
      int after = 3 * in[near + x + 1] + in[far + x + 1];
      line[out++] = (3 * own + before + 8) >> 4;
      line[out++] = (3 * own + after + 7) >> 4;
      before = own;
      own = after;
    }
    if (inner < to) {
      line[out++] = (3 * own + before + 8) >> 4;
      line[out] = (4 * own + 7) >> 4;
    }
  }
}
