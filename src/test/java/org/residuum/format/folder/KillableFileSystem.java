package org.residuum.format.folder;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/**
 * The default file system, where the process can be killed before any step that changes something:
 * from then on every such step ends with {@link Killed}, so that no clean-up gets through. A write
 * that is killed leaves half of its bytes. Nothing is synced, so that many rounds take little time.
 */
final class KillableFileSystem extends FileSystemProvider {
  /** The process is gone. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  private final KillablePath.System system = new KillablePath.System(this);
  private int steps;
  private int last = Integer.MAX_VALUE;
  private boolean full;

  /** The same path, on this file system. */
  Path of(Path path) {
    return new KillablePath(system, path);
  }

  /** Starts to count: the step after this many is not made any more, nor any later one. */
  void killAfter(int count) {
    steps = 0;
    last = count;
  }

  /** Starts to count: after this many steps the disk takes no more bytes, but new names. */
  void fillAfter(int count) {
    killAfter(count);
    full = true;
  }

  /** Another process comes; gives how many steps the one before made or tried. */
  int revive() {
    full = false;
    last = Integer.MAX_VALUE;
    return steps;
  }

  private void step() {
    if (steps++ >= last && !full) {
      throw new Killed();
    }
  }

  /** A step that needs room. */
  void writing() throws IOException {
    if (full && steps >= last) {
      throw new IOException("No space left on device");
    }
    step();
  }

  /** Whether the step that comes is the one at which the process ends. */
  boolean isLast() {
    return steps == last;
  }

  private static Path real(Path path) {
    return ((KillablePath) path).real();
  }

  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    if (options.contains(StandardOpenOption.WRITE)) {
      step();
    }
    return new KillableChannel(this, FileChannel.open(real(path), options, attributes));
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return newFileChannel(path, options, attributes);
  }

  @Override
  public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
    step();
    provider(path).createDirectory(real(path), attributes);
  }

  @Override
  public void delete(Path path) throws IOException {
    step();
    provider(path).delete(real(path));
  }

  @Override
  public void copy(Path source, Path target, CopyOption... options) throws IOException {
    step();
    provider(source).copy(real(source), real(target), options);
  }

  @Override
  public void move(Path source, Path target, CopyOption... options) throws IOException {
    step();
    provider(source).move(real(source), real(target), options);
  }

  private static FileSystemProvider provider(Path path) {
    return real(path).getFileSystem().provider();
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path path, DirectoryStream.Filter<? super Path> filter) throws IOException {
    DirectoryStream<Path> real =
        provider(path).newDirectoryStream(real(path), entry -> filter.accept(of(entry)));
    Iterator<Path> entries = real.iterator();
    return new DirectoryStream<>() {
      @Override
      public Iterator<Path> iterator() {
        return new Iterator<>() {
          @Override
          public boolean hasNext() {
            return entries.hasNext();
          }

          @Override
          public Path next() {
            return of(entries.next());
          }
        };
      }

      @Override
      public void close() throws IOException {
        real.close();
      }
    };
  }

  @Override
  public boolean isSameFile(Path one, Path other) throws IOException {
    return provider(one).isSameFile(real(one), real(other));
  }

  @Override
  public boolean isHidden(Path path) throws IOException {
    return provider(path).isHidden(real(path));
  }

  @Override
  public FileStore getFileStore(Path path) throws IOException {
    return provider(path).getFileStore(real(path));
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    provider(path).checkAccess(real(path), modes);
  }

  @Override
  public <V extends FileAttributeView> V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    return provider(path).getFileAttributeView(real(path), type, options);
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    return provider(path).readAttributes(real(path), type, options);
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String names, LinkOption... options)
      throws IOException {
    return provider(path).readAttributes(real(path), names, options);
  }

  @Override
  public void setAttribute(Path path, String name, Object value, LinkOption... options) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String getScheme() {
    return "killable";
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
    return system;
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    return system;
  }

  @Override
  public Path getPath(URI uri) {
    return of(Path.of(uri.getPath()));
  }
}
