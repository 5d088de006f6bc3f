package org.residuum.data.decode.reader;

import java.io.IOException;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The orientation (tag 0x0112) in a picture's EXIF, which is a TIFF structure, or in its XMP. */
public final class Exif {
  private static final int ORIENTATION = 0x0112;
  private static final Pattern XMP = Pattern.compile("tiff:Orientation(?:=\"|>)([0-9])");

  private Exif() {}

  /**
   * The orientation in a TIFF structure, which {@code Exif\0\0} may precede.
   *
   * @return 1 to 8; 0 where there is none, or it is damaged: the pixels may still be right
   */
  public static int orientation(byte[] exif) {
    byte[] tiff = exif;
    if (Bytes.bigEndian(exif).has(0, "Exif\0\0")) {
      tiff = Arrays.copyOfRange(exif, 6, exif.length);
    }
    boolean little = Bytes.bigEndian(tiff).has(0, "II");
    Bytes in = little ? Bytes.littleEndian(tiff) : Bytes.bigEndian(tiff);
    try {
      long at = in.u32(4);
      int entries = in.u16(at);
      for (int i = 0; i < entries; i++) {
        long entry = at + 2 + 12L * i;
        if (in.u16(entry) == ORIENTATION) {
          int value =
              switch (in.u16(entry + 2)) {
                case 3, 8 -> in.u16(entry + 8); // SHORT, SSHORT
                case 4, 9 -> in.i32(entry + 8); // LONG, SLONG
                default -> 0;
              };
          return in.u32(entry + 4) == 0 ? 0 : valid(value); // The number of values.
        }
      }
    } catch (IOException endsEarly) {
      return 0;
    }
    return 0;
  }

  /** The same in XMP's text. */
  public static int orientationOfXmp(String xmp) {
    Matcher matcher = XMP.matcher(xmp);
    return matcher.find() ? valid(Integer.parseInt(matcher.group(1))) : 0;
  }

  public static int valid(int value) {
    return value >= 1 && value <= 8 ? value : 0;
  }
}
