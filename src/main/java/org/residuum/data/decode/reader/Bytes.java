package org.residuum.data.decode.reader;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.imageio.stream.ImageInputStreamImpl;

/** Numbers in a file's bytes. Reading outside of them is an {@link EOFException}. */
public final class Bytes {
  private final byte[] bytes;
  private final boolean bigEndian;

  private Bytes(byte[] bytes, boolean bigEndian) {
    this.bytes = bytes;
    this.bigEndian = bigEndian;
  }

  public static Bytes bigEndian(byte[] bytes) {
    return new Bytes(bytes, true);
  }

  public static Bytes littleEndian(byte[] bytes) {
    return new Bytes(bytes, false);
  }

  public int length() {
    return bytes.length;
  }

  public byte[] array() {
    return bytes;
  }

  public boolean isBigEndian() {
    return bigEndian;
  }

  /** Fails unless {@code count} bytes follow {@code at}. */
  public void require(long at, long count) throws EOFException {
    if (at < 0 || count < 0 || at > bytes.length - count) {
      throw new EOFException("it ends at byte " + bytes.length + ", inside its data: cut short");
    }
  }

  public int u8(long at) throws EOFException {
    require(at, 1);
    return bytes[(int) at] & 255;
  }

  public int u16(long at) throws EOFException {
    return bigEndian ? u8(at) << 8 | u8(at + 1) : u8(at) | u8(at + 1) << 8;
  }

  public int u24(long at) throws EOFException {
    return bigEndian ? u8(at) << 16 | u16(at + 1) : u16(at) | u8(at + 2) << 16;
  }

  public int i32(long at) throws EOFException {
    return bigEndian ? u16(at) << 16 | u16(at + 2) : u16(at) | u16(at + 2) << 16;
  }

  public long u32(long at) throws EOFException {
    return i32(at) & 0xffffffffL;
  }

  public long i64(long at) throws EOFException {
    return bigEndian ? u32(at) << 32 | u32(at + 4) : u32(at) | u32(at + 4) << 32;
  }

  /** Whether these bytes stand at the place. */
  public boolean has(long at, String latin) {
    if (at < 0 || at + latin.length() > bytes.length) {
      return false;
    }
    for (int i = 0; i < latin.length(); i++) {
      if ((bytes[(int) at + i] & 255) != latin.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  public String text(long at, int count) throws EOFException {
    require(at, count);
    return new String(bytes, (int) at, count, StandardCharsets.ISO_8859_1);
  }

  public byte[] copy(long at, long count) throws EOFException {
    require(at, count);
    byte[] copy = new byte[(int) count];
    System.arraycopy(bytes, (int) at, copy, 0, copy.length);
    return copy;
  }

  /**
   * The bytes as ImageIO's readers take them, without a cache. Some zeros may follow, for readers
   * that look ahead; reading on is an error.
   */
  public static final class Input extends ImageInputStreamImpl {
    private final byte[] bytes;
    private final int padding;

    public Input(byte[] bytes) {
      this(bytes, 0);
    }

    public Input(byte[] bytes, int padding) {
      this.bytes = bytes;
      this.padding = padding;
    }

    @Override
    public int read() throws IOException {
      bitOffset = 0;
      return available(1) == 0 ? -1 : byteAt(streamPos++);
    }

    private int byteAt(long at) {
      return at < bytes.length ? bytes[(int) at] & 255 : 0;
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
      bitOffset = 0;
      int available = available(count);
      if (available == 0) {
        return -1;
      }
      int real = (int) Math.max(0, Math.min(available, bytes.length - streamPos));
      System.arraycopy(bytes, (int) Math.min(streamPos, bytes.length), into, offset, real);
      Arrays.fill(into, offset + real, offset + available, (byte) 0);
      streamPos += available;
      return available;
    }

    private int available(int count) throws IOException {
      long rest = (long) bytes.length + padding - streamPos;
      if (rest <= 0 && padding > 0) {
        throw new IOException("the pixels end early: cut short");
      }
      return (int) Math.max(0, Math.min(count, rest));
    }

    @Override
    public long length() {
      return bytes.length;
    }
  }
}
