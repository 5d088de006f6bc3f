package org.residuum.format.pytorch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.residuum.format.MutationFuzzer;
import org.residuum.format.file.MappedFile;

class PyTorchFuzzTest {
  private static final List<String> WORDS =
      List.of(
          "(",
          ")",
          "]",
          "}",
          "t",
          "e",
          "u",
          "s",
          "a",
          "R",
          "b",
          "Q",
          ".",
          "N",
          "q\0",
          "h\0",
          "h\1",
          "h\7",
          "r\0\0\0\0",
          "j\0\0\0\0",
          "K\0",
          "M\0\1",
          "J\u00ff\u00ff\u00ff\u00ff",
          "\u008a\10\0\0\0\0\0\0\0\100",
          "\u008a\0",
          "X\1\0\0\0a",
          "U\1a",
          "\u0088",
          "\u0089",
          "\u0094",
          "\u0081",
          "\u0085",
          "\u0086",
          "\u0087",
          "G\0\0\0\0\0\0\0\0",
          "storage",
          "ccollections\nOrderedDict\n",
          "ctorch\nFloatStorage\n",
          "ctorch\nHalfStorage\n",
          "ctorch._utils\n_rebuild_tensor_v2\n",
          "ctorch._utils\n_rebuild_parameter\n",
          "ctorch._utils\n_rebuild_tensor_v3\n",
          "ctorch._tensor\n_rebuild_from_type_v2\n",
          "ctorch\nSize\n",
          "cposix\nsystem\n",
          "ctorch\nfloat32\n",
          "PK\1\2",
          "PK\3\4",
          "PK\5\6",
          "PK\6\6",
          "PK\6\7",
          "\10\0");

  private static final List<String> FILES =
      List.of("layouts", "dtypes", "module", "parameters", "only");

  private static List<byte[]> corpus(String suffix, List<String> names) throws IOException {
    List<byte[]> corpus = new ArrayList<>();
    for (String name : names) {
      try (InputStream in = PyTorchFuzzTest.class.getResourceAsStream(name + suffix)) {
        corpus.add(in.readAllBytes());
      }
    }
    return corpus;
  }

  private static void fuzz(String name, List<byte[]> corpus, MutationFuzzer.Frame frame, int share)
      throws IOException {
    new MutationFuzzer(
            name,
            MutationFuzzer.seed(),
            corpus,
            WORDS,
            frame,
            file -> PyTorchCheckpoint.read(file).parameters())
        .run(share);
  }

  @Test
  void mutatedZipsAreReadOrRefused() throws IOException {
    List<byte[]> corpus = corpus(".pth", FILES);
    for (byte[] stored : List.copyOf(corpus)) {
      corpus.add(zip(unzip(stored), ZipEntry.DEFLATED));
    }
    fuzz("pytorch zip", corpus, bytes -> bytes, 2);
  }

  /** Only {@code data.pkl} is mutated; its checksum is always right. */
  @Test
  void mutatedPicklesInsideZipsAreReadOrRefused() throws IOException {
    Map<String, byte[]> entries = unzip(corpus(".pth", List.of("layouts")).get(0));
    String pickle =
        entries.keySet().stream().filter(name -> name.endsWith("data.pkl")).findAny().orElseThrow();
    fuzz(
        "pytorch pickle",
        List.of(entries.get(pickle)),
        mutated -> {
          Map<String, byte[]> changed = new LinkedHashMap<>(entries);
          changed.put(pickle, mutated);
          return zip(changed, ZipEntry.STORED);
        },
        2);
  }

  @Test
  void mutatedLegacyFilesAreReadOrRefused() throws IOException {
    fuzz("pytorch legacy", corpus("_legacy.pth", FILES.subList(0, 4)), bytes -> bytes, 1);
  }

  /** By our own reader: Java's streaming one refuses stored entries with data descriptors. */
  static Map<String, byte[]> unzip(byte[] file) throws IOException {
    ZipArchive zip = ZipArchive.open(MappedFile.of(Path.of("corpus"), ByteBuffer.wrap(file)));
    Map<String, byte[]> entries = new LinkedHashMap<>();
    for (String name : zip.names()) {
      ByteBuffer data = zip.read(zip.entry(name));
      byte[] bytes = new byte[data.remaining()];
      data.get(bytes);
      entries.put(name, bytes);
    }
    return entries;
  }

  static byte[] zip(Map<String, byte[]> entries, int method) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        CRC32 crc = new CRC32();
        crc.update(entry.getValue());
        ZipEntry header = new ZipEntry(entry.getKey());
        header.setMethod(method);
        header.setSize(entry.getValue().length);
        header.setCrc(crc.getValue());
        out.putNextEntry(header);
        out.write(entry.getValue());
      }
    }
    return bytes.toByteArray();
  }
}
