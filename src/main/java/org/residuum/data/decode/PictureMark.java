package org.residuum.data.decode;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** The formats of pictures that a file's first bytes tell; WBMP has no such mark. */
public enum PictureMark {
  JPEG,
  PNG,
  GIF,
  BMP,
  WEBP,
  TIFF;

  /** How many bytes of a file's start {@link #of} looks at. */
  public static final int HEAD_BYTES = 18;

  private static final byte[] PNG_MARK = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10};
  private static final byte[] JPEG_MARK = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};
  private static final byte[] LITTLE_TIFF = {'I', 'I', 42, 0};
  private static final byte[] BIG_TIFF = {'M', 'M', 0, 42};

  /** The format of a file that starts so; empty where it is none of these. */
  public static Optional<PictureMark> of(byte[] head) {
    if (has(head, 0, JPEG_MARK)) {
      return Optional.of(JPEG);
    }
    if (has(head, 0, PNG_MARK)) {
      return Optional.of(PNG);
    }
    if (has(head, 0, "GIF87a") || has(head, 0, "GIF89a")) {
      return Optional.of(GIF);
    }
    if (has(head, 0, "RIFF") && has(head, 8, "WEBP")) {
      return Optional.of(WEBP);
    }
    if (has(head, 0, LITTLE_TIFF) || has(head, 0, BIG_TIFF)) {
      return Optional.of(TIFF);
    }
    return isBmp(head) ? Optional.of(BMP) : Optional.empty();
  }

  /** Two letters are no proof: the size of the header that follows must be one of a bitmap's. */
  private static boolean isBmp(byte[] head) {
    if (!has(head, 0, "BM") || head.length < HEAD_BYTES || head[15] != 0) {
      return false;
    }
    return switch (head[14]) {
      case 12, 16, 40, 52, 56, 64, 108, 124 -> head[16] == 0 && head[17] == 0;
      default -> false;
    };
  }

  private static boolean has(byte[] head, int at, String mark) {
    return has(head, at, mark.getBytes(StandardCharsets.US_ASCII));
  }

  private static boolean has(byte[] head, int at, byte[] mark) {
    int end = at + mark.length;
    return head.length >= end && Arrays.equals(head, at, end, mark, 0, mark.length);
  }
}
