package org.residuum.format.pytorch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.Effort;
import org.residuum.format.FormatException;
import org.residuum.format.file.MappedFile;
import org.residuum.network.Parameters;

class HostilePickleTest {
  private static final long MOST_BYTES = 64L << 20;

  private static String refusal(MappedFile file) {
    FormatException[] refused = new FormatException[1];
    Effort.of(
            () ->
                refused[0] =
                    assertThrows(FormatException.class, () -> PyTorchCheckpoint.read(file)))
        .requireAtMost(MOST_BYTES);
    String message = refused[0].getMessage();
    assertEquals(1, message.lines().count());
    assertTrue(message.startsWith("x.pth"), message);
    return message;
  }

  private static void assertRefused(PickleBuilder pickle, String words) throws IOException {
    String message = refusal(pickle.zip(new byte[16]));
    assertTrue(message.contains(words), message);
  }

  private static PickleBuilder dict() {
    return new PickleBuilder().ops("}(").text("w");
  }

  private static void assertTensorRefused(
      String type, long elements, long offset, long[] extents, long[] strides, String words)
      throws IOException {
    assertRefused(dict().tensor(type, elements, offset, extents, strides).ops("u."), words);
  }

  @Test
  void aCallOfSystemIsRefusedByName() throws IOException {
    PickleBuilder pickle = new PickleBuilder().global("posix", "system").text("id").ops("\u0085R.");
    assertRefused(
        pickle,
        "\"any/data.pkl\" offset 2: pickles the function posix.system; only state_dicts of tensors"
            + " are read: save model.state_dict()");
  }

  @ParameterizedTest
  @CsvSource({
    "builtins, eval", "__builtin__, getattr", "torch.nn.modules.conv, Conv2d", "os, popen",
    "torch._utils, _rebuild_qtensor", "argparse, Namespace", "torch, load", "'', ''"
  })
  void everythingOutsideTheListIsRefused(String module, String name) throws IOException {
    assertRefused(new PickleBuilder().global(module, name).ops("."), "pickles the ");
    PickleBuilder onStack = new PickleBuilder().text(module).text(name).bytes(0x93);
    assertRefused(onStack.ops("."), module + "." + name);
  }

  @ParameterizedTest
  @ValueSource(ints = {'i', 'o', 'I', 'S', 'V', 'P', '2', 0x82, 0x97, 0xff, 0})
  void unknownOpcodeIsRefusedByNumber(int opcode) throws IOException {
    assertRefused(new PickleBuilder().bytes(opcode).ops("."), String.format("0x%02x", opcode));
  }

  @Test
  void brokenStacksAndMemosAreRefused() throws IOException {
    assertRefused(new PickleBuilder().ops("."), "0 values on its stack");
    assertRefused(new PickleBuilder().ops("NN."), "2 values on its stack");
    assertRefused(new PickleBuilder().ops("R."), "more values than the stack holds");
    assertRefused(new PickleBuilder().ops("Nt."), "needs a mark");
    assertRefused(new PickleBuilder().ops("N(\u0085."), "more values than the stack holds");
    assertRefused(new PickleBuilder().ops("h\5."), "memo 5 was never stored");
    assertRefused(new PickleBuilder().ops("Nr").int4(-1).ops("."), "memo index 4294967295");
    assertRefused(new PickleBuilder().ops("NN\u0086NR."), "a call of what is no function");
    assertRefused(new PickleBuilder().ops("NNa."), "an append to what is no list");
    assertRefused(new PickleBuilder().ops("}(NNNu."), "not in pairs");
    assertRefused(new PickleBuilder().bytes(0x8a, 33).ops("."), "an integer of 33 bytes");
    assertRefused(new PickleBuilder().ops("NNb."), "attributes for what has none");
    assertRefused(new PickleBuilder().ops("NQ."), "a persistent id that is not");
    assertRefused(new PickleBuilder().ops("}N."), "2 values on its stack");
    assertRefused(new PickleBuilder().bytes(0x80, 1).ops("N."), "pickle protocol 1");
    assertRefused(new PickleBuilder().ops("X").int4(-1).ops("."), "a string of 4294967295 bytes");
    assertRefused(new PickleBuilder().ops("X").int4(99).ops("."), "99 more bytes");
    assertRefused(dict().ops("N").text("w").ops("Nu."), "sets the key \"w\" twice");
    assertRefused(new PickleBuilder().ops("}."), "no state_dict among its 0 keys");
    assertRefused(dict().ops("Nu.N"), "the pickle ends here, before its entry does");
    assertRefused(new PickleBuilder().ops("X\1\0\0\0\u00ff."), "not valid UTF-8");
  }

  @Test
  void impossibleTensorsAreRefused() throws IOException {
    long[] one = {1};
    long[] two = {2};
    String beyond = "reaches beyond its storage of 4";
    assertTensorRefused("FloatStorage", 4, 4, one, one, beyond);
    assertTensorRefused("FloatStorage", 4, 0, two, new long[] {4}, beyond);
    assertTensorRefused("FloatStorage", 4, Long.MAX_VALUE, one, one, beyond);
    assertTensorRefused("FloatStorage", 4, 0, two, new long[] {Long.MAX_VALUE}, "overflows");
    assertTensorRefused("FloatStorage", 4, -1, one, one, "offset must be an integer");
    assertTensorRefused("FloatStorage", 4, 0, new long[] {-1}, one, "0 or more");
    assertTensorRefused("FloatStorage", 4, 0, one, new long[] {-1}, "0 or more");
    assertTensorRefused("FloatStorage", 4, 0, one, new long[] {1, 1}, "1 extents and 2 strides");
    assertTensorRefused("FloatStorage", 5, 0, one, one, "holds 16 bytes, not the 5 elements");
    assertTensorRefused("FloatStorage", -4, 0, one, one, "a persistent id that is not");
    assertTensorRefused("DoubleStorage", 1L << 61, 0, one, one, "holds 16 bytes");
    long[] huge = {1L << 20, 1L << 20};
    assertTensorRefused("FloatStorage", 4, 0, huge, new long[2], "over 2^31 elements");
    assertTensorRefused("FloatStorage", 4, 0, new long[] {1L << 31}, one, "outside 0..2^31-1");
    assertTensorRefused("FloatStorage", 4, 0, new long[65], new long[65], "at most 64 integers");
  }

  @Test
  void tensorsWithoutElementsTakeNoMemoryHoweverLongTheirRows() throws IOException {
    long[] extents = {0, Integer.MAX_VALUE};
    PickleBuilder pickle = dict().tensor("HalfStorage", 8, 8, extents, new long[] {1, 1}).ops("u.");
    Parameters read = PyTorchCheckpoint.read(pickle.zip(new byte[16])).parameters();
    assertEquals(0, read.get("w").shape().elements());
    long[] large = {1 << 15, 1 << 14};
    assertTensorRefused("HalfStorage", 8, 0, large, new long[2], "has over 536870911 elements");
  }

  /** One element, repeated 2^28 times by a stride of 0. */
  @Test
  void strideBombIsRefused() throws IOException {
    long[] extents = {1 << 14, 1 << 14};
    assertTensorRefused("FloatStorage", 4, 0, extents, new long[2], "unfold to over 4 times");
  }

  @Test
  void manyStrideBombsThatAreSmallOneByOneAreRefused() throws IOException {
    PickleBuilder pickle = new PickleBuilder().ops("}(");
    for (int i = 0; i < 20; i++) {
      pickle.text("w" + i).tensor("FloatStorage", 4, 0, new long[] {1 << 20, i + 1}, new long[2]);
    }
    assertRefused(pickle.ops("u."), "unfold to over 4 times");
  }

  @Test
  void aDictThatHoldsItselfIsRefusedWithoutEnd() throws IOException {
    PickleBuilder pickle = new PickleBuilder().ops("}q\0(").text("state_dict").ops("h\0u.");
    assertRefused(pickle, "no state_dict among its 1 keys");
    PickleBuilder list = new PickleBuilder().ops("]q\0h\0a.");
    assertRefused(list, "holds a list of 1");
  }

  /** Every level holds the level below twice: 2^64 paths, which nothing may walk or hash. */
  @Test
  void exponentialNestingIsRefusedAtOnce() throws IOException {
    PickleBuilder pickle = new PickleBuilder().ops("}(").ops(")q\0");
    for (int i = 0; i < 64; i++) {
      pickle.ops("h\0h\0\u0086q\0");
    }
    assertRefused(pickle.ops("Nu."), "no state_dict among its 33 keys");
    PickleBuilder wrappers = new PickleBuilder().ops("}q\0(");
    for (String key : new String[] {"model", "net", "module", "state_dict", "weights"}) {
      wrappers.text(key).ops("h\0");
    }
    assertRefused(wrappers.ops("u."), "no state_dict among its 5 keys");
  }

  @Test
  void deepNestingIsHarmless() throws IOException {
    byte[] nested = new byte[200_000];
    Arrays.fill(nested, (byte) 0x85);
    PickleBuilder pickle = new PickleBuilder().ops("N");
    for (byte opcode : nested) {
      pickle.bytes(opcode & 0xff);
    }
    assertRefused(pickle.ops("."), "holds a list of 1");
  }

  @Test
  void opcodesAreLimited() throws IOException {
    PickleBuilder pickle = new PickleBuilder();
    for (int i = 0; i <= Unpickler.MOST_OPCODES; i++) {
      pickle.bytes(']');
    }
    assertRefused(pickle.ops("."), "over 1000000 opcodes");
  }

  /** A list of 1,000 pairs, turned into a dict again and again. */
  @Test
  void copiesOfOneListCountAgainstTheLimit() throws IOException {
    PickleBuilder pickle = new PickleBuilder().ops("](");
    for (int i = 0; i < 1000; i++) {
      pickle.number(i).ops("N\u0086");
    }
    pickle.ops("e\u0085q\0").global("collections", "OrderedDict").ops("q\1");
    for (int i = 0; i < 1000; i++) {
      pickle.ops("h\1h\0R");
    }
    assertRefused(pickle.ops("."), "over 1000000 opcodes");
  }

  @Test
  void everyTruncationOfAPickleIsRefused() throws IOException {
    byte[] whole = dict().tensor("FloatStorage", 4, 0, new long[] {4}, new long[] {1}).pickle();
    for (int length = 0; length < whole.length; length++) {
      PickleBuilder pickle = new PickleBuilder();
      for (int i = 2; i < length; i++) {
        pickle.bytes(whole[i] & 0xff);
      }
      refusal(pickle.zip(new byte[16]));
    }
  }

  @Test
  void storageThatIsNotInTheZipIsNamed() throws IOException {
    PickleBuilder pickle = dict().global("torch._utils", "_rebuild_tensor").ops("((");
    pickle.text("storage").global("torch", "FloatStorage").text("7").text("cpu").number(4);
    pickle.ops("tQ").number(0).numbers(4).numbers(1).ops("tRu.");
    assertRefused(pickle, "storage \"7\": is not in the zip");
  }

  @Test
  void byteorderFileIsRespected() throws IOException {
    byte[] big = ByteBuffer.allocate(16).putFloat(1).putFloat(2).putFloat(3).putFloat(4).array();
    MappedFile file =
        dict()
            .tensor("FloatStorage", 4, 1, new long[] {3}, new long[] {1})
            .ops("u.")
            .zip(big, Map.of("any/byteorder", new byte[] {'b', 'i', 'g'}));
    PyTorchCheckpoint read = PyTorchCheckpoint.read(file);
    assertArrayEquals(new float[] {2, 3, 4}, read.parameters().get("w").toArray());
    MappedFile odd =
        dict()
            .tensor("FloatStorage", 4, 1, new long[] {3}, new long[] {1})
            .ops("u.")
            .zip(big, Map.of("any/byteorder", new byte[] {'p', 'd', 'p'}));
    assertTrue(refusal(odd).contains("\"any/byteorder\": is neither little nor big: \"pdp\""));
  }

  /** What newer releases write for 8-bit floats: an untyped storage, the type beside it. */
  @Test
  void untypedStoragesAreReadInTheTypeOfTheTensor() throws IOException {
    PickleBuilder pickle = dict().global("torch._utils", "_rebuild_tensor_v3").ops("(");
    pickle.ops("(").text("storage").global("torch.storage", "UntypedStorage").text("0").text("cpu");
    pickle.number(4).ops("tQ").number(1).numbers(3).numbers(1).bytes(0x89).ops("N");
    pickle.global("torch", "float8_e4m3fn").ops("tRu.");
    PyTorchCheckpoint read =
        PyTorchCheckpoint.read(pickle.zip((byte) 0, (byte) 0x38, (byte) 0x40, (byte) 0xb8));
    assertArrayEquals(new float[] {1, 2, -1}, read.parameters().get("w").toArray());
  }

  @Test
  void otherFilesAreRefusedByWhatTheyAre() {
    byte[] tar = new byte[1024];
    System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, tar, 257, 5);
    assertTrue(refusal(PickleBuilder.mapped(tar)).contains("is a tar"));
    assertTrue(
        refusal(PickleBuilder.mapped(new byte[] {1})).contains("neither a zip nor a pickle"));
    byte[] plain = new PickleBuilder().ops("}.").pickle();
    assertTrue(refusal(PickleBuilder.mapped(plain)).contains("without torch.save's magic number"));
  }

  /** Found by fuzzing: the first byte of a file that has none. */
  @Test
  void fileOfNoBytesIsRefused() {
    assertTrue(refusal(PickleBuilder.mapped(new byte[0])).contains("neither a zip nor a pickle"));
  }
}
