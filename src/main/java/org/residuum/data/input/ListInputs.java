package org.residuum.data.input;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalLong;
import org.residuum.data.InvalidDataException;
import org.residuum.text.FileText;
import org.residuum.text.PathText;

/**
 * What a list names, a path a line, or each followed by a zero byte as {@code find -print0} writes
 * them. A path is a picture's, a folder's or an archive's; each but a picture is opened in turn.
 */
final class ListInputs extends NestingInputs {
  private static final int BUFFER = 1 << 16;
  private static final int LONGEST = 1 << 16;
  private static final int NOT_KNOWN = -2;
  private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final String name;

  /** Null for standard input. */
  private final Path file;

  private final Options options;
  private final FolderLabels labels;
  private final InputStream in;

  /** What ends a path: zero, where there is one among the first bytes, or else a line's end. */
  private int end = NOT_KNOWN;

  private long line;
  private boolean ended;

  /** A list in a file. */
  ListInputs(Path file, Options options) throws IOException {
    this(FileText.of(file), file, stream(file), options);
  }

  /** Pipes are not opened as channels, which ask for a position that pipes do not have. */
  private static InputStream stream(Path file) throws IOException {
    return Files.isRegularFile(file)
        ? Files.newInputStream(file)
        : new FileInputStream(file.toFile());
  }

  /** A list that comes from standard input, which stays open. */
  ListInputs(Options options) {
    this("standard input", null, options.standardInput(), options);
  }

  private ListInputs(String name, Path file, InputStream in, Options options) {
    this.name = name;
    this.file = file;
    this.in = new BufferedInputStream(in, BUFFER);
    this.options = options;
    this.labels = new FolderLabels(options.classes());
  }

  @Override
  PictureInput step() {
    try {
      byte[] text = ended ? null : line();
      while (text != null && text.length == 0) {
        text = line();
      }
      return text == null ? null : input(text);
    } catch (IOException e) {
      ended = true;
      return FailedInput.because(
          name,
          "cannot be read beyond line %s (%s); mend it"
              .formatted(line, InvalidDataException.reason(e)));
    }
  }

  /** What a line names; null where it is a source of its own, which is open then. */
  private PictureInput input(byte[] text) {
    Path path;
    try {
      path = PathText.of(text);
    } catch (InvalidPathException e) {
      return FailedInput.because(
          new String(text, StandardCharsets.UTF_8),
          "no path (%s), in line %s of %s; mend it".formatted(e.getReason(), line, name));
    }
    Path place = options.root() == null ? path : options.root().resolve(path);
    try {
      PictureInputs nested = SourceKind.nested(place, options);
      if (nested == null) {
        return new FileInput(place, FileText.of(path), labels.of(place));
      }
      enter(nested);
      return null;
    } catch (IOException e) {
      return FailedInput.unopened(FileText.of(path), e);
    }
  }

  /** The bytes of the next line, without its end; null where there are no more. */
  private byte[] line() throws IOException {
    end = end == NOT_KNOWN ? end() : end;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int read = in.read();
    if (read < 0) {
      return null;
    }
    line++;
    for (; read >= 0 && read != end; read = in.read()) {
      bytes.write(read);
      if (bytes.size() > LONGEST) {
        throw new IOException("more than " + LONGEST + " bytes; a list has a path a line");
      }
    }
    return trimmed(bytes.toByteArray());
  }

  private int end() throws IOException {
    byte[] start = new byte[BUFFER];
    in.mark(BUFFER);
    int length = in.read(start);
    in.reset();
    for (int i = 0; i < length; i++) {
      if (start[i] == 0) {
        return 0;
      }
    }
    return '\n';
  }

  /** Without what Windows puts at the ends of lines and the start of files. */
  private byte[] trimmed(byte[] text) {
    int from = line == 1 && startsWithMark(text) ? MARK.length : 0;
    int to = text.length;
    if (end != 0 && to > from && text[to - 1] == '\r') {
      to--;
    }
    return Arrays.copyOfRange(text, from, to);
  }

  private static boolean startsWithMark(byte[] text) {
    return text.length >= MARK.length
        && text[0] == MARK[0]
        && text[1] == MARK[1]
        && text[2] == MARK[2];
  }

  /** The lines of a file, as if none were a folder or an archive. */
  @Override
  public OptionalLong count() throws IOException {
    if (file == null || !Files.isRegularFile(file)) {
      return OptionalLong.empty();
    }
    long count = 0;
    try (ListInputs all = new ListInputs(file, options)) {
      for (byte[] text = all.line(); text != null; text = all.line()) {
        count += text.length > 0 ? 1 : 0;
      }
    }
    return OptionalLong.of(count);
  }

  @Override
  public boolean reads(Path other) throws IOException {
    if (file == null) {
      return false;
    }
    if (Files.isSameFile(file, other)) {
      return true;
    }
    if (!FileInput.looksLikePicture(other)) {
      return false;
    }
    try (ListInputs all = new ListInputs(file, options)) {
      return FileInput.isAmong(all, other);
    }
  }

  @Override
  public void close() throws IOException {
    super.close();
    if (file != null) {
      in.close();
    }
  }
}
