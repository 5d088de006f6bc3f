package org.residuum.format.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.residuum.Effort;
import org.residuum.format.FormatException;
import org.residuum.format.file.MappedFile;

class SafeTensorsHeaderTest {
  private static final long MOST_BYTES = 1 << 20;

  static MappedFile file(String header, byte... data) {
    return file(header.getBytes(StandardCharsets.UTF_8), data);
  }

  static MappedFile file(byte[] json, byte... data) {
    ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + data.length);
    bytes.order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json).put(data);
    return MappedFile.of(Path.of("x.safetensors"), bytes.flip());
  }

  private static String refusal(MappedFile file) {
    return assertThrows(FormatException.class, () -> SafeTensors.read(file)).getMessage();
  }

  private static final String A = "{'dtype':'F32','shape':[1],'data_offsets':[0,4]}";

  private static final String B = "{'dtype':'F64','shape':[1],'data_offsets':[0,8]}";

  private static String json(String template) {
    return template.replace(":A", ":" + A).replace(":B", ":" + B).replace('\'', '"');
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'a':A,'b':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | tensor "b": overlaps
          {'a':A,'b':{'dtype':'F32','shape':[1],'data_offsets':[2,6]}} | overlaps
          {'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | leaves a gap
          {'a':A} | 4 bytes follow
          {'a':A,'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | "a": appears twice
          {'a':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}} | does not take the 4 bytes
          {'a':{'dtype':'F16','shape':[1],'data_offsets':[0,4]}} | F16 [1] does not take the 4 bytes
          {'a':{'dtype':'F4','shape':[1],'data_offsets':[0,0]}} | F4 [1] does not take
          {'a':{'dtype':'F32','shape':[1],'data_offsets':[4,0]}} | leaves a gap
          {'a':{'dtype':'F32','shape':[0],'data_offsets':[0,-1]}} | needs a non-negative integer
          {'a':{'dtype':'F32','shape':[-1],'data_offsets':[0,4]}} | needs a non-negative integer
          {'a':{'dtype':'F32','shape':[1.0],'data_offsets':[0,4]}} | needs ']' here and has '.'
          {'a':{'dtype':'F32','shape':[01],'data_offsets':[0,4]}} | needs a non-negative integer
          {'a':{'dtype':'F32','shape':[9223372036854775808],'data_offsets':[0,4]}} | over 2^63-1
          {'a':{'dtype':'F32','shape':[4611686018427387904,4],'data_offsets':[0,0]}} | does not take
          {'a':{'dtype':'F32','shape':[0,4294967296],'data_offsets':[0,0]},'b':B} | outside 0..2^31-1
          {'a':{'dtype':'F32','shape':[65536,65536,0],'data_offsets':[0,0]},'b':B} | 2^31 elements
          {'a':{'dtype':'F32','shape':[3],'data_offsets':[0,12]}} | ends at byte 12 of 8; the file is truncated
          {'a':{'dtype':'F33','shape':[1],'data_offsets':[0,4]}} | dtype "F33" is unknown; known: F64, F32
          {'a':{'dtype':'F32','shape':[1]}} | needs dtype, shape and two data_offsets
          {'a':{'dtype':'F32','shape':[1],'data_offsets':[0]}} | two data_offsets
          {'a':{'dtype':'F32','shape':[1],'shape':[1],'data_offsets':[0,4]}} | key "shape" is unknown or appears twice
          {'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4],'x':1}} | key "x" is unknown
          {'a':[[[[]]]]} | offset 13: the header's JSON needs '{' here and has '['
          {'a':A,} | needs '"' here and has '}'
          {'a':A | needs '}' here and has its end
          {'a':A}} | complete before here, yet '}' follows
          {'a | the header ends inside a string
          [] | must begin with '{'
          {'__metadata__':{'k':1},'a':A} | needs '"' here and has '1'
          {'__metadata__':{'k':'v','k':'v'},'a':A} | metadata "k" appears twice
          {'\\ud800':A} | half of a surrogate pair
          {'\\u12g4':A} | four hexadecimal digits
          {'\\x':A} | an escape that JSON does not know
          """)
  void brokenHeaderIsRefusedWithFileAndPlace(String header, String expected) {
    String message = refusal(file(json(header), new byte[8]));
    assertTrue(message.startsWith("x.safetensors, "), message);
    assertTrue(message.contains(expected), message);
    assertEquals(1, message.lines().count());
  }

  @Test
  void lengthBeyondTheLimitIsRefused() {
    for (long length : new long[] {100_000_001, Long.MAX_VALUE, -1, 1L << 63}) {
      ByteBuffer bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
      String message = refusal(MappedFile.of(Path.of("x"), bytes));
      assertTrue(message.contains(Long.toUnsignedString(length)), message);
    }
  }

  @Test
  void lengthBeyondTheFileIsRefused() {
    ByteBuffer bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 57);
    assertTrue(refusal(MappedFile.of(Path.of("x"), bytes)).contains("the file ends at 64"));
    assertTrue(refusal(MappedFile.of(Path.of("x"), ByteBuffer.allocate(7))).contains("truncated"));
  }

  @Test
  void everyTruncationOfAGoodFileIsRefused() {
    byte[] json = ("{\"a\":" + A + "}").replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    ByteBuffer whole = ByteBuffer.allocate(8 + json.length + 4).order(ByteOrder.LITTLE_ENDIAN);
    whole.putLong(json.length).put(json);
    for (int length = 1; length < whole.capacity(); length++) {
      refusal(MappedFile.of(Path.of("x"), whole.slice(0, length)));
    }
  }

  @Test
  void invalidUtf8IsRefused() {
    byte[][] invalid = {{(byte) 0xff}, {(byte) 0xc0, (byte) 0x80}, {(byte) 0xed, (byte) 0xa0, 0}};
    for (byte[] bytes : invalid) {
      byte[] json = new byte[bytes.length + 3];
      json[0] = '{';
      json[1] = json[json.length - 1] = '"';
      System.arraycopy(bytes, 0, json, 2, bytes.length);
      json[json.length - 2] |= (byte) 0x80;
      assertTrue(refusal(file(json)).contains("not valid UTF-8"), Arrays.toString(bytes));
    }
  }

  @Test
  void controlCharacterIsRefusedAndNeverReachesTheMessage() {
    String message = refusal(file("{\"a\nb\":1}"));
    assertTrue(message.contains("control character"), message);
    String escaped = refusal(file("{\"a\\nb\":{\"x\":1}}"));
    assertTrue(escaped.contains("\"a?b\""), escaped);
  }

  @Test
  void aHundredMegabytesOfHeaderAreRefusedWithoutACopy() {
    byte[] json = new byte[100_000_000];
    Arrays.fill(json, (byte) ' ');
    json[0] = '{';
    MappedFile spaces = file(json);
    Effort.of(() -> refusal(spaces)).requireAtMost(MOST_BYTES);
    Arrays.fill(json, (byte) 'x');
    json[0] = '{';
    json[1] = '"';
    MappedFile name = file(json);
    Effort.of(() -> refusal(name)).requireAtMost(MOST_BYTES);
  }

  @Test
  void tooManyEntriesAreRefused() {
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; i <= Header.MOST_ENTRIES; i++) {
      json.append(i == 0 ? "" : ",").append('"').append(i);
      json.append("\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}");
    }
    assertTrue(refusal(file(json.append('}').toString())).contains("over 100000 entries"));
  }

  @Test
  void integersAreSkippedByName() throws IOException {
    String json =
        "{\"bn.num_batches_tracked\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[4,12]},"
            + "\"bn.bias\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}  ";
    byte[] data = {0, 0, (byte) 0x80, 0x3f, 9, 0, 0, 0, 0, 0, 0, 0};
    SafeTensors read = SafeTensors.read(file(json, data));
    assertEquals(Map.of("bn.num_batches_tracked", "I64 []"), read.skipped());
    assertArrayEquals(new float[] {1}, read.parameters().get("bn.bias").toArray());
  }

  @Test
  void everyFloatTypeReadsOne() throws IOException {
    Map<String, byte[]> ones =
        Map.of(
            "F64", new byte[] {0, 0, 0, 0, 0, 0, (byte) 0xf0, 0x3f},
            "F32", new byte[] {0, 0, (byte) 0x80, 0x3f},
            "F16", new byte[] {0, 0x3c},
            "BF16", new byte[] {(byte) 0x80, 0x3f},
            "F8_E4M3", new byte[] {0x38},
            "F8_E5M2", new byte[] {0x3c});
    for (Map.Entry<String, byte[]> one : ones.entrySet()) {
      String json =
          "{\"a\":{\"dtype\":\"%s\",\"shape\":[],\"data_offsets\":[0,%d]}}"
              .formatted(one.getKey(), one.getValue().length);
      SafeTensors read = SafeTensors.read(file(json, one.getValue()));
      assertEquals(1f, read.parameters().get("a").get(0), one.getKey());
    }
  }
}
