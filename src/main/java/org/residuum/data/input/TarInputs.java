package org.residuum.data.input;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.residuum.data.InvalidDataException;
import org.residuum.data.decode.PictureDecoder;
import org.residuum.data.input.archive.GuardedGzip;
import org.residuum.data.input.archive.SeekingStream;
import org.residuum.data.input.archive.TarHeader;
import org.residuum.data.input.archive.TarReader;
import org.residuum.data.source.scan.LeftOut;

/**
 * The pictures in a tar archive, packed with gzip or not. Those of one that is not packed are read
 * where they lie, by whoever decodes them; the others as they come by.
 */
final class TarInputs implements PictureInputs {
  private static final int BUFFER = 1 << 16;

  /** The share of the heap that pictures may take that wait to be decoded. */
  private static final int ROOM_SHARE = 8;

  private final Path file;
  private final boolean packed;
  private final ArchiveEntries entries;
  private final HeldInput.Room room;
  private InputStream in;
  private TarReader reader;
  private boolean ended;

  /** Opens an archive; nothing is read yet. */
  TarInputs(Path file, Options options) throws IOException {
    this(file, options, Runtime.getRuntime().maxMemory() / ROOM_SHARE);
  }

  TarInputs(Path file, Options options, long roomBytes) throws IOException {
    this.file = file;
    this.entries = new ArchiveEntries(file, options);
    this.room = new HeldInput.Room(roomBytes);
    try (InputStream head = Files.newInputStream(file)) {
      this.packed = GuardedGzip.matches(head.readNBytes(TarHeader.BLOCK));
    }
  }

  @Override
  public PictureInput next() {
    try {
      TarHeader entry = picture();
      return entry == null ? null : input(entry);
    } catch (IOException e) {
      ended = true;
      return entries.damaged(e);
    }
  }

  /** Without taking them out. */
  @Override
  public long skip(long pictures) {
    for (long skipped = 0; skipped < pictures; skipped++) {
      try {
        if (picture() == null) {
          return skipped;
        }
      } catch (IOException e) { // Counts as one.
        ended = true;
      }
    }
    return pictures;
  }

  /** The next entry that is a picture, or null. */
  private TarHeader picture() throws IOException {
    if (ended) {
      return null;
    }
    if (reader == null) {
      in =
          packed ? new BufferedInputStream(new GuardedGzip(file), BUFFER) : new SeekingStream(file);
      reader = new TarReader(in);
    }
    for (TarHeader entry = reader.next(); entry != null; entry = reader.next()) {
      if (isPicture(entry)) {
        return entry;
      }
    }
    if (packed) {
      reader.finish();
    }
    ended = true;
    entries.finish();
    return null;
  }

  private boolean isPicture(TarHeader entry) throws IOException {
    if (entry.isFile() || entry.isSparse()) {
      return entries.takes(entry.name(), entry.size(), most -> reader.head(entry, most));
    }
    if (entry.isLink()) {
      entries.leaveOut(LeftOut.Kind.LINK);
    } else if (!entry.isFolder()) {
      entries.leaveOut(LeftOut.Kind.SPECIAL);
    }
    return false;
  }

  private PictureInput input(TarHeader entry) throws IOException {
    String name = entries.name(entry.name());
    if (entry.isSparse()) {
      return FailedInput.because(
          name, "a sparse entry, which is not read; pack the archive without --sparse");
    }
    if (entry.size() > PictureDecoder.MAX_FILE_BYTES) {
      return entries.tooLong(entry.name(), entry.size());
    }
    String label = entries.label(entry.name());
    if (!packed) {
      return new RangeInput(file, reader.position(), (int) entry.size(), name, label);
    }
    byte[] content = reader.content(entry);
    try {
      return new HeldInput(name, label, content, room);
    } catch (IOException e) {
      return FailedInput.because(
          name,
          "no room to keep it until its turn (%s); free some on disk, or give Java more heap (-Xmx)"
              .formatted(InvalidDataException.reason(e)));
    }
  }

  /** Goes from header to header where that is quick. */
  @Override
  public OptionalLong count() throws IOException {
    if (packed) {
      return OptionalLong.empty();
    }
    try (TarInputs all = new TarInputs(file, Options.DEFAULTS)) {
      return OptionalLong.of(all.skip(Long.MAX_VALUE));
    }
  }

  @Override
  public boolean reads(Path other) throws IOException {
    return Files.isSameFile(file, other);
  }

  @Override
  public void close() throws IOException {
    if (in != null) {
      in.close();
    }
  }
}
