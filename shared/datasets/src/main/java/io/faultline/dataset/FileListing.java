package io.faultline.dataset;

import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The files and folders of a data set by their checked names, without what operating systems leave behind. */
final class FileListing {
    private final DatasetLimits limits;
    private final SortedMap<String, Long> files = new TreeMap<>();
    private final SortedSet<String> folders = new TreeSet<>();
    private long entries;
    private long bytes;

    FileListing(DatasetLimits limits) {
        this.limits = limits;
    }

    /** Files with their size in bytes. */
    SortedMap<String, Long> files() {
        return Collections.unmodifiableSortedMap(files);
    }

    /** Folders that have an entry of their own, even if they are empty. */
    SortedSet<String> folders() {
        return Collections.unmodifiableSortedSet(folders);
    }

    boolean has(String file) {
        return files.containsKey(file);
    }

    /** Whether there is a folder of this name, with an entry of its own or with something in it. */
    boolean hasFolder(String folder) {
        String below = folder + "/";
        return folders.contains(folder)
                || isFirst(below, files.tailMap(below).keySet())
                || isFirst(below, folders.tailSet(below));
    }

    private static boolean isFirst(String below, Set<String> names) {
        return names.stream().findFirst().filter(name -> name.startsWith(below)).isPresent();
    }

    void addFolder(String rawName) {
        count();
        String name = EntryName.checked(rawName);
        if (!name.isEmpty() && !EntryName.isDebris(name)) {
            folders.add(name);
        }
    }

    /** Adds a file and says whether it counts; debris does not. */
    boolean addFile(String rawName, long size) {
        count();
        String name = EntryName.checked(rawName);
        if (name.isEmpty()) {
            throw new InvalidDatasetException("an entry has the name '" + EntryName.shown(rawName)
                    + "'; expected a file name. Pack the archive again.");
        }
        if (size > limits.bytesPerFile()) {
            throw new InvalidDatasetException(name + " has " + size + " bytes; allowed: at most "
                    + limits.bytesPerFile() + " in one file. Remove the file.");
        }
        bytes += Math.max(0, size);
        if (bytes > limits.bytesOfAllFiles()) {
            throw new InvalidDatasetException("the files up to " + name + " have " + bytes
                    + " bytes unpacked; allowed: at most " + limits.bytesOfAllFiles() + ". Upload a smaller data set.");
        }
        if (EntryName.isDebris(name)) {
            return false;
        }
        if (files.putIfAbsent(name, size) != null) {
            throw new InvalidDatasetException(
                    "there are two entries named " + name + "; expected each name once. Pack the archive again.");
        }
        return true;
    }

    private void count() {
        entries++;
        if (entries > limits.entries()) {
            throw new InvalidDatasetException("more than " + limits.entries()
                    + " entries; allowed: at most that many. Upload a smaller data set.");
        }
    }
}
