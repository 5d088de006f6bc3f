package org.residuum.data.decode.jpeg;

import java.io.IOException;
import java.util.Arrays;
import org.residuum.data.decode.reader.Bytes;

/** The frame header (ITU-T T.81, B.2.2) with the sizes of everything, at the scale wanted. */
final class Frame {
  final boolean isProgressive;
  final Component[] components;
  final int mcusWide;
  final int mcusHigh;

  /** Of the picture at the scale wanted. */
  final int height;

  final int width;

  /**
   * @param data of the header's segment
   * @param scale 8 for the whole size, 4, 2 or 1 for as many eighths
   * @throws UnusualJpegException for sampling factors whose stretching is left to the JDK
   */
  Frame(Bytes data, boolean isProgressive, int scale) throws IOException {
    this.isProgressive = isProgressive;
    int fullHeight = data.u16(1);
    int fullWidth = data.u16(3);
    components = new Component[data.u8(5)];
    int maxAcross = 1;
    int maxDown = 1;
    for (int c = 0; c < components.length; c++) {
      int at = 6 + 3 * c;
      int across = data.u8(at + 1) >> 4;
      int down = data.u8(at + 1) & 15;
      if (across < 1 || across > 2 || down < 1 || down > 2 || data.u8(at + 2) > 3) {
        throw new UnusualJpegException("sampling factors");
      }
      boolean isAlone = components.length == 1; // Then its factors do not matter.
      across = isAlone ? 1 : across;
      down = isAlone ? 1 : down;
      components[c] = new Component(data.u8(at), across, down, data.u8(at + 2));
      maxAcross = Math.max(maxAcross, across);
      maxDown = Math.max(maxDown, down);
    }
    height = Component.ceil(fullHeight * scale, 8);
    width = Component.ceil(fullWidth * scale, 8);
    mcusWide = Component.ceil(fullWidth, 8 * maxAcross);
    mcusHigh = Component.ceil(fullHeight, 8 * maxDown);
    for (Component component : components) {
      component.blocksWide = Component.ceil(fullWidth * component.across, 8 * maxAcross);
      component.blocksHigh = Component.ceil(fullHeight * component.down, 8 * maxDown);
      component.storedWide = mcusWide * component.across;
      scale(component, scale, maxAcross, maxDown);
      component.samplesWide =
          Component.ceil(fullWidth * component.across * component.size, 8 * maxAcross);
      component.samplesHigh =
          Component.ceil(fullHeight * component.down * component.size, 8 * maxDown);
      component.isSmooth = component.samplesWide > 2 && scale > 1;
    }
  }

  /** Where all need less than 8 samples a block, those that would be stretched keep more. */
  private static void scale(Component component, int scale, int maxAcross, int maxDown)
      throws UnusualJpegException {
    int size = scale;
    while (size < 8
        && maxAcross * scale % (component.across * size * 2) == 0
        && maxDown * scale % (component.down * size * 2) == 0) {
      size *= 2;
    }
    component.size = size;
    component.stretchX = maxAcross * scale / (component.across * size);
    component.stretchY = maxDown * scale / (component.down * size);
    if (component.stretchY > component.stretchX) {
      throw new UnusualJpegException("samples stretched in height alone");
    }
  }

  private long coefficientBytes() {
    long bytes = 0;
    for (Component component : components) {
      bytes += 128L * component.storedWide * component.down * mcusHigh;
    }
    return bytes;
  }

  /** Makes room for coefficients that come in several scans. */
  void storeCoefficients(long maxBytes) throws UnusualJpegException {
    if (coefficientBytes() > maxBytes) {
      throw new UnusualJpegException(coefficientBytes() + " bytes of coefficients");
    }
    for (Component component : components) {
      if (component.coefficients == null) {
        int blocks = Math.multiplyExact(component.storedWide, component.down * mcusHigh);
        component.coefficients = new short[Math.multiplyExact(64, blocks)];
        Arrays.fill(component.missingBits, -1);
      }
    }
  }
}
