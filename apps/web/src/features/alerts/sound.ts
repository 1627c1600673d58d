let audio: AudioContext | null = null;

/** Two short tones. @param volume from 0, silence, to 1 */
export async function chime(volume: number): Promise<void> {
	if (volume <= 0) return;
	try {
		audio ??= new AudioContext();
		// A page that nobody has touched yet may not be heard.
		if (audio.state === 'suspended') await audio.resume();
		const gain = audio.createGain();
		gain.connect(audio.destination);
		const begin = audio.currentTime;
		for (const [i, frequency] of [660, 880].entries()) {
			const tone = audio.createOscillator();
			tone.frequency.value = frequency;
			tone.connect(gain);
			tone.start(begin + i * 0.14);
			tone.stop(begin + i * 0.14 + 0.12);
		}
		gain.gain.setValueAtTime(0.4 * volume, begin);
		gain.gain.exponentialRampToValueAtTime(0.001, begin + 0.3);
	} catch {
		// Without a sound device the message is there all the same.
	}
}
