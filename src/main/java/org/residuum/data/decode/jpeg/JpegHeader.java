package org.residuum.data.decode.jpeg;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeMap;
import org.residuum.data.decode.reader.Bytes;
import org.residuum.data.decode.reader.RefusedPictureException;

/** The segments of a JPEG up to its first scan (ITU-T T.81, annex B). */
final class JpegHeader {
  private static final int APP0 = 0xe0;
  private static final int APP1 = 0xe1;
  private static final int APP2 = 0xe2;
  private static final int APP14 = 0xee;
  private static final int COMMENT = 0xfe;
  private static final int SCAN = 0xda;
  private static final int END = 0xd9;
  private static final String ICC = "ICC_PROFILE\0";

  private final Bytes file;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private final TreeMap<Integer, byte[]> profileParts = new TreeMap<>();
  private int scanAt;
  private boolean isJfif;

  /** Adobe's number for the colour transform, or -1. */
  private int adobeTransform = -1;

  private byte[] exif;

  private boolean isSequential;

  /** The frame header's data: precision, height, width, then for each component three bytes. */
  private Bytes frame;

  private JpegHeader(Bytes file) {
    this.file = file;
  }

  static JpegHeader of(byte[] file) throws IOException {
    JpegHeader header = new JpegHeader(Bytes.bigEndian(file));
    try {
      header.read();
    } catch (EOFException e) {
      throw new EOFException("the file is truncated: it ends inside its header");
    }
    header.check();
    return header;
  }

  private void read() throws IOException {
    kept.write(0xff);
    kept.write(0xd8);
    int at = 2;
    while (true) {
      while (file.u8(at) != 0xff) { // libjpeg, too, skips bytes that are no marker.
        at++;
      }
      while (file.u8(at) == 0xff) {
        at++;
      }
      int marker = file.u8(at++);
      if (marker == SCAN) {
        scanAt = at - 2;
        return;
      }
      if (marker == END) {
        throw new IOException("a JPEG without pixels");
      }
      if ((marker >= 0xd0 && marker <= 0xd8) || marker <= 1) {
        continue; // They stand alone.
      }
      int length = file.u16(at);
      file.require(at, Math.max(2, length));
      segment(marker, at, length);
      at += length;
    }
  }

  private void segment(int marker, int at, int length) throws IOException {
    byte[] data = file.copy(at + 2, Math.max(0, length - 2));
    Bytes in = Bytes.bigEndian(data);
    switch (marker) {
      case APP0 -> isJfif |= in.has(0, "JFIF\0");
      case APP1 -> {
        if (in.has(0, "Exif\0") && exif == null) {
          exif = data;
        }
      }
      case APP2 -> {
        if (in.has(0, ICC) && data.length > 14) {
          profileParts.put(in.u8(12), Arrays.copyOfRange(data, 14, data.length));
        }
      }
      case APP14 -> {
        if (in.has(0, "Adobe") && data.length >= 12) {
          adobeTransform = in.u8(11);
        }
      }
      default -> keep(marker, at, length, in);
    }
  }

  private void keep(int marker, int at, int length, Bytes data) throws IOException {
    if ((marker >= APP0 && marker <= 0xef) || marker == COMMENT) {
      return;
    }
    if (isFrame(marker)) {
      if (frame != null) {
        throw new IOException("a JPEG with two frame headers");
      }
      if (marker != 0xc0 && marker != 0xc1 && marker != 0xc2 && marker != 0xc9 && marker != 0xca) {
        throw RefusedPictureException.notRead(
            "lossless or hierarchical JPEG (frame type " + (marker - 0xc0) + ")");
      }
      frame = data;
      isSequential = marker == 0xc0 || marker == 0xc1;
    }
    kept.write(0xff);
    kept.write(marker);
    kept.write(file.array(), at, length);
  }

  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private void check() throws IOException {
    if (frame == null || frame.length() < 6 || frame.length() < 6 + 3 * components()) {
      throw new IOException("a JPEG whose pixels come before their header");
    }
    if (frame.u8(0) != 8) {
      throw RefusedPictureException.notRead("JPEG of " + frame.u8(0) + " bits a sample");
    }
    if (width() == 0 || height() == 0) {
      throw new IOException("a JPEG of " + width() + " x " + height() + " pixels");
    }
    if (components() != 1 && components() != 3 && components() != 4) {
      throw RefusedPictureException.notRead("JPEG with " + components() + " components");
    }
    requireEnd();
  }

  /** PIL, too, refuses a file that has no end marker, although no pixel may be missing. */
  private void requireEnd() throws IOException {
    byte[] bytes = file.array();
    for (int at = bytes.length - 2; at > scanAt; at--) {
      if (bytes[at] == (byte) 0xff && bytes[at + 1] == (byte) END) {
        return;
      }
    }
    throw new EOFException("the file is truncated: it has no end marker");
  }

  private int frame8(int at) {
    return frame.array()[at] & 255;
  }

  int height() {
    return frame8(1) << 8 | frame8(2);
  }

  int width() {
    return frame8(3) << 8 | frame8(4);
  }

  int components() {
    return frame8(5);
  }

  /** The whole file. */
  byte[] file() {
    return file.array();
  }

  /** Bytes of the copy for the decoder. */
  long pictureBytes() {
    return kept.size() + (long) file.length() - scanAt;
  }

  /** The file without the segments of applications and comments before the first scan. */
  byte[] withoutApplications() {
    byte[] before = kept.toByteArray();
    byte[] all = Arrays.copyOf(before, Math.toIntExact(pictureBytes()));
    System.arraycopy(file.array(), scanAt, all, before.length, all.length - before.length);
    return all;
  }

  /** Whether the first three components are luma and colour differences, by libjpeg's rules. */
  boolean isYcc() {
    if (components() == 4) {
      return adobeTransform > 0;
    }
    if (components() != 3) {
      return false;
    }
    if (isJfif) {
      return true;
    }
    if (adobeTransform >= 0) {
      return adobeTransform != 0;
    }
    return !(frame8(6) == 'R' && frame8(9) == 'G' && frame8(12) == 'B');
  }

  /** Whether whole blocks follow each other; else all scans together make them. */
  boolean isSequential() {
    return isSequential;
  }

  Optional<byte[]> exif() {
    return Optional.ofNullable(exif);
  }

  /** The ICC profile, of which segments hold numbered parts (ICC.1:2010, annex B.4). */
  Optional<byte[]> colorProfile() {
    if (profileParts.isEmpty()) {
      return Optional.empty();
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    profileParts.values().forEach(all::writeBytes);
    return Optional.of(all.toByteArray());
  }
}
