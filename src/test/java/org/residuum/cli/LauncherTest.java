package org.residuum.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.cli.text.ExitCode;

/** Runs {@code scripts/residuum} itself, in a project that is built already. */
@EnabledOnOs({OS.LINUX, OS.MAC})
final class LauncherTest {
  private static final String JAVA_HOME = System.getProperty("java.home");

  @TempDir private Path folder;
  private Path project;
  private Path script;

  @BeforeEach
  void layOutProject() throws IOException {
    project = Files.createDirectories(folder.resolve("a project"));
    script = Files.createDirectories(project.resolve("scripts")).resolve("residuum");
    Files.copy(Path.of("scripts", "residuum"), script);
    assertTrue(script.toFile().setExecutable(true));
    Files.createDirectories(project.resolve("src/main"));
    Files.writeString(project.resolve("pom.xml"), "<project/>");
    writeJar(Files.createDirectories(project.resolve("target")).resolve("residuum.jar"));
    Files.createFile(project.resolve("target/residuum.built"));
  }

  /** A jar of nothing but the class path that this test has. */
  private static void writeJar(Path jar) throws IOException {
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.put(Attributes.Name.MAIN_CLASS, "org.residuum.cli.Main");
    main.put(
        Attributes.Name.CLASS_PATH,
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .map(entry -> Path.of(entry).toUri().toString())
            .collect(Collectors.joining(" ")));
    try (OutputStream out = Files.newOutputStream(jar)) {
      new JarOutputStream(out, manifest).close();
    }
  }

  private Terminal run(Map<String, String> environment, Path command, String... args)
      throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(Stream.concat(Stream.of(command.toString()), Stream.of(args)).toList());
    builder.directory(folder.toFile()).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("JAVA_HOME", JAVA_HOME);
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertTrue(process.waitFor(10, TimeUnit.MINUTES), "still running after ten minutes");
    return new Terminal(
        process.exitValue(),
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  @Test
  void runsFromAnyFolderAndThroughLinks() throws IOException, InterruptedException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("a project/scripts"));
    Terminal seen =
        run(Map.of(), link.resolve("residuum"), "inspect", "resnet8").expect(ExitCode.OK);
    assertTrue(seen.out().startsWith("resnet8: 75,290 parameters"), seen.out());
    assertEquals("", seen.err());
  }

  @Test
  void exitCodePassesThrough() throws IOException, InterruptedException {
    run(Map.of(), script, "inspect", "nothing").error(ExitCode.USAGE);
  }

  @Test
  void optionsReachTheJvm() throws IOException, InterruptedException {
    Terminal seen =
        run(Map.of("RESIDUUM_JAVA_OPTS", "-Xmx77m -showversion"), script, "inspect", "resnet8")
            .expect(ExitCode.OK);
    assertTrue(seen.err().contains("version \""), seen.err());
  }

  @Test
  void homeWithoutJavaIsNamed() throws IOException, InterruptedException {
    String error = run(Map.of("JAVA_HOME", "/nowhere"), script, "doctor").error(ExitCode.FAILED);
    assertTrue(error.contains("/nowhere"), error);
  }

  /** Java 25 calls an archive of Java 17 an error; it runs without. */
  @Test
  void javaSaysNothingAboutAnArchiveThatIsNotItsOwn() throws IOException, InterruptedException {
    Files.writeString(project.resolve("target/residuum.jsa"), "of another Java");
    Path java = Files.createDirectories(folder.resolve("home/bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
    assertTrue(java.toFile().setExecutable(true));
    Map<String, String> home = Map.of("JAVA_HOME", folder.resolve("home").toString());
    List<String> options =
        run(home, script, "inspect", "resnet8").expect(ExitCode.OK).out().lines().toList();
    assertTrue(options.contains("-Xlog:all=error,cds*=off:stderr"), options::toString);
    assertEquals("", run(Map.of(), script, "inspect", "resnet8").expect(ExitCode.OK).err());
  }

  @Test
  void folderThatCannotBeBuiltInIsNamed() throws IOException, InterruptedException {
    Files.delete(project.resolve("target/residuum.built"));
    Files.createDirectory(project.resolve("target/residuum.lock")); // Not even root writes to it.
    String error = run(Map.of(), script, "inspect", "resnet8").error(ExitCode.FAILED);
    assertTrue(error.contains("target cannot be written; start it once as"), error);
    assertTrue(error.startsWith("residuum: "), error);
  }

  @Test
  void changedSourcesNeedMavenAndItsAbsenceIsNamed() throws IOException, InterruptedException {
    Path stamp = project.resolve("target/residuum.built");
    Files.setLastModifiedTime(stamp, java.nio.file.attribute.FileTime.fromMillis(1_000_000_000));
    Path tools = Files.createDirectories(folder.resolve("tools"));
    for (String tool : List.of("bash", "env", "dirname", "readlink", "find", "sed", "mkdir")) {
      Files.createSymbolicLink(tools.resolve(tool), Path.of("/usr/bin", tool));
    }
    String error =
        run(Map.of("PATH", tools.toString()), script, "inspect", "resnet8").error(ExitCode.FAILED);
    assertTrue(error.contains("mvn"), error);
  }
}
