package org.residuum.data.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.residuum.data.InvalidDataException;
import org.residuum.data.decode.PictureDecoder;

/** The pictures in a zip archive, unpacked by whoever decodes them. */
final class ZipInputs implements PictureInputs {
  /** What deflate can reach; an entry that says more is made to hurt. */
  private static final int MOST_RATIO = 1032;

  private final Path file;
  private final ArchiveEntries entries;
  private final Shared zip;
  private final Enumeration<? extends ZipEntry> rest;
  private boolean ended;

  /** Reads the directory of an archive. */
  ZipInputs(Path file, Options options) throws IOException {
    this.file = file;
    this.entries = new ArchiveEntries(file, options);
    this.zip = new Shared(open(file));
    this.rest = zip.file.entries();
  }

  static boolean matches(byte[] head) {
    return head.length > 3
        && head[0] == 'P'
        && head[1] == 'K'
        && (head[2] == 3 && head[3] == 4 || head[2] == 5 && head[3] == 6);
  }

  /** Names are UTF-8, or what the makers of old archives had on their screens. */
  private static ZipFile open(Path file) throws IOException {
    try {
      return new ZipFile(file.toFile());
    } catch (ZipException e) {
      Charset old =
          Charset.isSupported("IBM437") ? Charset.forName("IBM437") : StandardCharsets.ISO_8859_1;
      return new ZipFile(file.toFile(), old);
    }
  }

  /** The open archive: pictures may be read when all were given, up to the last one. */
  private static final class Shared {
    final ZipFile file;
    private int users = 1;

    Shared(ZipFile file) {
      this.file = file;
    }

    synchronized void use() {
      users++;
    }

    synchronized void release() throws IOException {
      if (--users == 0) {
        file.close();
      }
    }
  }

  @Override
  public PictureInput next() throws IOException {
    ZipEntry entry = picture();
    if (entry == null) {
      return null;
    }
    String name = entries.name(entry.getName());
    long size = entry.getSize();
    if (size > PictureDecoder.MAX_FILE_BYTES) {
      return entries.tooLong(entry.getName(), size);
    }
    if (size < 0 || size > MOST_RATIO * (entry.getCompressedSize() + 1)) {
      return FailedInput.because(
          name,
          "damaged: %s bytes are said to be packed into %s; leave it out"
              .formatted(size, entry.getCompressedSize()));
    }
    zip.use();
    return new Entry(zip, entry, name, entries.label(entry.getName()), new AtomicBoolean());
  }

  @Override
  public long skip(long pictures) throws IOException {
    for (long skipped = 0; skipped < pictures; skipped++) {
      if (picture() == null) {
        return skipped;
      }
    }
    return pictures;
  }

  private ZipEntry picture() throws IOException {
    while (!ended && rest.hasMoreElements()) {
      ZipEntry entry = rest.nextElement();
      if (!entry.isDirectory()
          && entries.takes(entry.getName(), entry.getSize(), most -> head(entry, most))) {
        return entry;
      }
    }
    if (!ended) {
      ended = true;
      entries.finish();
      zip.release();
    }
    return null;
  }

  /** Empty where it cannot be unpacked, which is then no picture. */
  private byte[] head(ZipEntry entry, int most) {
    try (InputStream in = zip.file.getInputStream(entry)) {
      return in.readNBytes(most);
    } catch (IOException e) {
      return new byte[0];
    }
  }

  @Override
  public OptionalLong count() throws IOException {
    try (ZipInputs all = new ZipInputs(file, Options.DEFAULTS)) {
      return OptionalLong.of(all.skip(Long.MAX_VALUE));
    }
  }

  @Override
  public boolean reads(Path other) throws IOException {
    return Files.isSameFile(file, other);
  }

  @Override
  public void close() throws IOException {
    if (!ended) {
      ended = true;
      zip.release();
    }
  }

  /** A picture in an open archive. */
  private record Entry(
      Shared zip, ZipEntry entry, String name, String className, AtomicBoolean done)
      implements PictureInput {
    @Override
    public Optional<String> label() {
      return Optional.ofNullable(className);
    }

    @Override
    public byte[] bytes() throws IOException {
      byte[] bytes = new byte[(int) entry.getSize()];
      try (InputStream in = zip.file.getInputStream(entry)) {
        if (in.readNBytes(bytes, 0, bytes.length) < bytes.length || in.read() >= 0) {
          throw new IOException("it has other than the " + bytes.length + " bytes that it says");
        }
        CRC32 sum = new CRC32();
        sum.update(bytes);
        if (sum.getValue() != entry.getCrc()) {
          throw new IOException("damaged: its checksum is wrong");
        }
        return bytes;
      } catch (IOException e) {
        throw new InvalidDataException(
            "%s: cannot be unpacked (%s); pack it again or leave it out"
                .formatted(name, InvalidDataException.reason(e)),
            e);
      } finally {
        release();
      }
    }

    @Override
    public void release() {
      if (!done.getAndSet(true)) {
        try {
          zip.release();
        } catch (IOException e) {
          // It was only read.
        }
      }
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
