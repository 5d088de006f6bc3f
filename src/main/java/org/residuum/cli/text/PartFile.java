package org.residuum.cli.text;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.residuum.format.file.AtomicFile;
import org.residuum.format.file.Unfinished;

/**
 * A file in the making: {@code FILE.part}, which gets its name when it is whole. One process at a
 * time has it: it is locked before it gets the name {@code FILE.part}, and a second one is refused.
 * What is in it stays whatever ends the process; the next one keeps what a dead one left as {@code
 * FILE.part.1} and so on. Where files cannot be locked, any {@code FILE.part} refuses.
 */
public final class PartFile implements AutoCloseable {
  private enum Lock {
    OURS,
    OTHERS,
    UNKNOWN
  }

  /** The byte that is locked, behind all content: some systems lock against readers. */
  private static final long BYTE = Long.MAX_VALUE - 1;

  /** What this process has: locks do not part its threads. */
  private static final Set<Path> MINE = ConcurrentHashMap.newKeySet();

  private final String name;
  private final Path file;
  private final Path target;
  private final Path part;

  /** The same as the person names it. */
  private final Path shown;

  private final boolean overwrite;
  private FileChannel channel;
  private Object key;
  private boolean kept;

  private PartFile(String name, Path file, boolean overwrite) throws IOException {
    this.name = name;
    this.file = file;
    this.target = AtomicFile.target(file);
    this.part = target.getParent().toRealPath().resolve(target.getFileName() + ".part");
    this.shown = Files.isSymbolicLink(file) ? part : file.resolveSibling(part.getFileName());
    this.overwrite = overwrite;
  }

  /**
   * Takes the name {@code FILE.part}, for a file that {@link OutputFile#prepare} has checked.
   *
   * @param name what the command line calls it, such as {@code --out}
   * @throws CommandFailure where another job has it
   */
  public static PartFile claim(String name, Path file, boolean overwrite, Console console)
      throws IOException {
    PartFile claimed = new PartFile(name, file, overwrite);
    if (!MINE.add(claimed.part)) {
      throw claimed.busy();
    }
    try {
      while (!claimed.open()) {
        claimed.moveAway(console);
      }
      claimed.requireNew();
      return claimed;
    } catch (IOException | RuntimeException | Error e) {
      claimed.close();
      throw e;
    }
  }

  /**
   * Takes over what a job left that was ended.
   *
   * @return null where there is no {@code FILE.part}
   * @throws CommandFailure where another job has it
   */
  static PartFile takeOver(String name, Path file, boolean overwrite) throws IOException {
    PartFile left = new PartFile(name, file, overwrite);
    if (!MINE.add(left.part)) {
      throw left.busy();
    }
    try {
      if (left.reopen()) {
        return left;
      }
      left.close();
      return null;
    } catch (IOException | RuntimeException | Error e) {
      left.close();
      throw e;
    }
  }

  /**
   * Whether a file is whole: it has its name. Where the job that wrote it was ended before it took
   * the other name away, that goes.
   */
  static boolean isWhole(String name, Path file) throws IOException {
    PartFile left = new PartFile(name, file, false);
    if (!Files.exists(left.target) || Files.exists(left.part) && !left.isFinished()) {
      return false;
    }
    Files.deleteIfExists(left.part);
    Files.deleteIfExists(left.notes());
    Files.deleteIfExists(left.made());
    return true;
  }

  private boolean reopen() throws IOException {
    while (Files.exists(part)) {
      key = key(part);
      FileChannel left = FileChannel.open(part, StandardOpenOption.WRITE);
      try {
        requireDead(lock(left));
        if (Objects.equals(key, key(part))) {
          kept = true;
          channel = left;
          return true;
        }
      } finally {
        if (channel == null) { // It is another's, and stays.
          left.close();
        }
      }
    }
    return false;
  }

  private CommandFailure busy() {
    return CommandFailure.failed(
        name + " " + file + ": another job writes it; wait for its end or name another file");
  }

  private CommandFailure failed(String why) {
    return CommandFailure.failed(name + " " + file + ": " + why);
  }

  /** Another job may have come to its end since the first look. */
  private void requireNew() {
    if (!overwrite && Files.exists(target)) {
      throw OutputFile.exists(name, file);
    }
  }

  /**
   * Makes the file under a name of its own, locks it, then links it: it is never there unlocked.
   */
  private boolean open() throws IOException {
    Path own = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
    Unfinished.add(own);
    try {
      channel = FileChannel.open(own, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      lock(channel);
      key = key(own);
      Files.createLink(part, own);
      Unfinished.add(part); // Until something is in it.
      return true;
    } catch (FileAlreadyExistsException e) {
      channel.close();
      return false;
    } catch (FileSystemException | UnsupportedOperationException e) {
      if (channel == null) {
        throw e;
      }
      channel.close();
      return openWithoutLinks();
    } finally {
      Files.deleteIfExists(own);
      Unfinished.remove(own);
    }
  }

  /** For file systems that have no links. */
  private boolean openWithoutLinks() throws IOException {
    try {
      channel = FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      lock(channel);
      key = key(part);
      Unfinished.add(part);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  /** The file whatever its name; null where the system has no such thing. */
  private static Object key(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }

  private static Lock lock(FileChannel of) {
    try {
      return of.tryLock(BYTE, 1, false) == null ? Lock.OTHERS : Lock.OURS;
    } catch (OverlappingFileLockException e) {
      return Lock.OTHERS;
    } catch (IOException e) { // A file system without locks.
      return Lock.UNKNOWN;
    }
  }

  /** What a dead job left gets another name, or goes where it holds nothing that is needed. */
  private void moveAway(Console console) throws IOException {
    try {
      Object before = key(part);
      try (FileChannel left = FileChannel.open(part, StandardOpenOption.WRITE)) {
        requireDead(lock(left));
        if (!Objects.equals(before, key(part))) {
          return; // It is another's by now.
        }
        if (left.size() == 0 || isFinished()) {
          Files.delete(part);
        } else {
          Path other = free();
          moveNotes(other);
          Files.move(part, other);
          console.say("%s: left by a job that was ended, kept as %s", shown, other.getFileName());
        }
      }
    } catch (NoSuchFileException e) {
      // It has just got its name, or was moved away.
    }
  }

  private void requireDead(Lock lock) {
    if (lock == Lock.OTHERS) {
      throw busy();
    }
    if (lock == Lock.UNKNOWN) {
      throw failed(
          shown
              + " is there, of a job that runs or was ended; files cannot be locked here, so move"
              + " it away if none runs");
    }
  }

  /** A job was ended after it had given the file its name and before it took the other. */
  private boolean isFinished() throws IOException {
    return Files.exists(target)
        && (Files.isSameFile(part, target)
            || Files.exists(made()) && Files.isSameFile(made(), target));
  }

  /** What tells how far it had come goes first: without it the file is only not gone on with. */
  private void moveNotes(Path other) throws IOException {
    Path notes = notes(part);
    if (Files.exists(notes)) {
      Files.move(notes, notes(other), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static Path notes(Path part) {
    return part.resolveSibling(part.getFileName() + ".manifest");
  }

  /** A file beside it, for what a job has to know to go on with it. */
  Path notes() {
    return notes(part);
  }

  /** What is made of the part, before it gets the file's name. */
  private Path made() {
    return part.resolveSibling(part.getFileName() + ".made");
  }

  private Path free() {
    for (int i = 1; ; i++) {
      Path other = part.resolveSibling(part.getFileName() + "." + i);
      if (Files.notExists(other)) {
        return other;
      }
    }
  }

  /** Where the contents are until {@link #finish}. */
  Path path() {
    return shown;
  }

  /** Starts empty, or with what was taken over. */
  FileChannel channel() {
    return channel;
  }

  /** From now on it stays, whatever happens. */
  void keep() {
    if (!kept) {
      kept = true;
      Unfinished.remove(part);
    }
  }

  /** Nothing in it is worth keeping, after all. */
  void drop() {
    kept = false;
  }

  /**
   * Gives the file its name, in place of an old one only where that was allowed.
   *
   * @throws CommandFailure where the name was taken meanwhile; the contents stay in the part
   */
  public void finish() throws IOException {
    try {
      finishOrFail();
    } catch (IOException e) {
      throw OutputFile.failed(name, file, e);
    }
  }

  /**
   * Gives the file's name to what is made of the part, which goes. A job that is ended amid this
   * leaves the part, or the whole file.
   */
  void finish(AtomicFile.Body making) throws IOException {
    try {
      channel.force(true);
      keep();
      Unfinished.add(made());
      try (FileChannel whole =
          FileChannel.open(
              made(),
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        making.writeTo(whole);
        whole.force(true);
      }
      name(made());
      Files.deleteIfExists(part);
    } catch (IOException e) {
      throw OutputFile.failed(name, file, e);
    } finally {
      Files.deleteIfExists(made());
      Unfinished.remove(made());
    }
  }

  private void finishOrFail() throws IOException {
    channel.force(true);
    keep();
    name(part);
  }

  private void name(Path whole) throws IOException {
    if (!Objects.equals(key, key(part))) {
      throw failed("another program has put its own " + shown + " in place of this job's");
    }
    if (overwrite) {
      rename(whole);
    } else {
      link(whole);
    }
    AtomicFile.syncFolder(target.getParent());
  }

  private void rename(Path whole) throws IOException {
    try {
      Files.move(whole, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(whole, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Renaming replaces, linking does not. */
  private void link(Path whole) throws IOException {
    try {
      Files.createLink(target, whole);
      Files.deleteIfExists(part);
    } catch (FileAlreadyExistsException e) {
      throw failed("it has come to be there meanwhile; what this job wrote is in " + shown);
    } catch (FileSystemException | UnsupportedOperationException e) { // No links here.
      Files.move(whole, target);
    }
  }

  /** Writes all there is to write, and finishes. */
  public void finish(String text) throws IOException {
    ByteBuffer left = StandardCharsets.UTF_8.encode(text);
    try {
      while (left.hasRemaining()) {
        channel.write(left);
      }
    } catch (IOException e) {
      throw OutputFile.failed(name, file, e);
    }
    finish();
  }

  /** Gives the name free; contents that were not finished stay in the part. */
  @Override
  public void close() throws IOException {
    try {
      if (channel != null && channel.isOpen()) {
        if (!kept) {
          Files.deleteIfExists(part);
          Unfinished.remove(part);
        }
        channel.close();
      }
    } finally {
      MINE.remove(part);
    }
  }
}
