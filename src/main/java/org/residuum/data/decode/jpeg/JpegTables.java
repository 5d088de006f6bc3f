package org.residuum.data.decode.jpeg;

import java.io.IOException;
import org.residuum.data.decode.reader.Bytes;

/** The quantisation and Huffman tables (ITU-T T.81, B.2.4), which may change between scans. */
final class JpegTables {
  private static final int COUNT = 4;

  private final Bytes in;
  private final int[][] quants = new int[COUNT][];
  private final HuffmanTable[] dcTables = new HuffmanTable[COUNT];
  private final HuffmanTable[] acTables = new HuffmanTable[COUNT];

  JpegTables(Bytes in) {
    this.in = in;
  }

  static void requireEnd(int at, int to) throws UnusualJpegException {
    if (at != to) {
      throw new UnusualJpegException("tables of another length than their segment");
    }
  }

  void quantisation(int from, int to) throws IOException {
    int at = from;
    while (at < to) {
      int head = in.u8(at++);
      int bytes = (head >> 4) + 1;
      if ((head & 15) >= COUNT || bytes > 2) {
        throw new UnusualJpegException("quantisation table " + head);
      }
      int[] quant = new int[64];
      for (int i = 0; i < 64; i++, at += bytes) {
        quant[i] = bytes == 1 ? in.u8(at) : in.u16(at);
      }
      quants[head & 15] = quant;
    }
    requireEnd(at, to);
  }

  void huffman(int from, int to) throws IOException {
    int at = from;
    while (at < to) {
      int head = in.u8(at++);
      int[] counts = new int[16];
      int all = 0;
      for (int i = 0; i < counts.length; i++) {
        counts[i] = in.u8(at++);
        all += counts[i];
      }
      if ((head & 15) >= COUNT || head >> 4 > 1 || all > 256 || at + all > to) {
        throw new UnusualJpegException("Huffman table " + head);
      }
      HuffmanTable table = new HuffmanTable(counts, in.copy(at, all));
      if (head >> 4 == 0 && !table.isOfLengths()) {
        throw new UnusualJpegException("a Huffman table of lengths over 15");
      }
      (head >> 4 == 0 ? dcTables : acTables)[head & 15] = table;
      at += all;
    }
    requireEnd(at, to);
  }

  /**
   * Gives a component its tables; that of quantisation only before its first scan.
   *
   * @param chosen the numbers of the Huffman tables in the scan's header
   */
  void choose(Component component, int chosen) {
    if (component.quant == null) {
      component.quant = quants[component.quantIndex];
    }
    component.dcTable = chosen >> 4 < COUNT ? dcTables[chosen >> 4] : null;
    component.acTable = (chosen & 15) < COUNT ? acTables[chosen & 15] : null;
  }

  static void require(Component[] components, boolean dc, boolean ac) throws UnusualJpegException {
    for (Component component : components) {
      if (component.quant == null
          || (dc && component.dcTable == null)
          || (ac && component.acTable == null)) {
        throw new UnusualJpegException("a table is missing");
      }
    }
  }
}
