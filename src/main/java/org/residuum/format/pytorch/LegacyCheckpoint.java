package org.residuum.format.pytorch;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.residuum.format.FormatException;
import org.residuum.format.file.MappedFile;

/**
 * What {@code torch.save} wrote before PyTorch 1.6: five pickles (magic number, protocol, machine,
 * the object, the keys of its storages), then each storage as a count and its elements, little
 * endian on every machine.
 */
final class LegacyCheckpoint implements Storages {
  static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final long PROTOCOL = 1001;

  private final MappedFile file;
  private final Unpickler unpickler;
  private final Map<String, ByteBuffer> storages = new HashMap<>();

  private LegacyCheckpoint(MappedFile file) throws IOException {
    this.file = file;
    ByteBuffer pickles = file.slice(0, Math.min(file.size(), 1L << 30));
    unpickler = new Unpickler(file.path(), "", pickles);
  }

  static Checkpoint read(MappedFile file) throws IOException {
    LegacyCheckpoint legacy = new LegacyCheckpoint(file);
    Object root = legacy.readPickles();
    return new Checkpoint(
        PyTorchCheckpoint.Container.LEGACY, root, legacy, legacy.unpickler.refusal());
  }

  private Object readPickles() throws IOException {
    if (!MAGIC.equals(unpickler.read())) {
      throw unpickler.error("a pickle without torch.save's magic number; write it with torch.save");
    }
    if (!Long.valueOf(PROTOCOL).equals(unpickler.read())) {
      throw unpickler.error("torch.save's protocol is not " + PROTOCOL);
    }
    unpickler.read(); // sizes of C types where it was written
    Object root = unpickler.read();
    readStorages(unpickler.read());
    return root;
  }

  private void readStorages(Object keys) throws IOException {
    if (!(keys instanceof List<?> list)) {
      throw unpickler.error("the keys of the storages are no list");
    }
    long offset = unpickler.position();
    for (Object key : list) {
      StorageRef storage = key instanceof String ? unpickler.storages().get(key) : null;
      if (storage == null) {
        throw unpickler.error("a storage follows that no tensor uses");
      }
      offset = readStorage(storage, offset);
    }
    if (offset != file.size()) {
      throw new FormatException(file.path(), offset, "the storages end here, before the file does");
    }
  }

  /** The offset behind the storage. */
  private long readStorage(StorageRef storage, long offset) throws IOException {
    long count = file.slice(offset, Long.BYTES).getLong();
    if (count != storage.whole() || !hasSize(storage, storage.whole() * storage.element().bytes)) {
      throw new FormatException(
          file.path(),
          offset,
          "a storage of " + count + " elements, the pickle names " + storage.whole());
    }
    ByteBuffer bytes = file.slice(offset + Long.BYTES, count * storage.element().bytes);
    if (storages.put(storage.key(), bytes) != null) {
      throw new FormatException(file.path(), offset, "a storage that came before");
    }
    return offset + Long.BYTES + bytes.remaining();
  }

  /** Whether that many bytes hold the whole storage; safe against overflow. */
  static boolean hasSize(StorageRef storage, long bytes) {
    long size = storage.element().bytes;
    return bytes >= 0 && bytes % size == 0 && bytes / size == storage.whole();
  }

  @Override
  public ByteBuffer bytes(StorageRef storage) throws IOException {
    ByteBuffer bytes = storages.get(storage.key());
    if (bytes == null) {
      throw new FormatException(
          file.path(),
          "storage " + FormatException.quote(storage.key()),
          "is not in the file's list of storages");
    }
    return bytes;
  }
}
