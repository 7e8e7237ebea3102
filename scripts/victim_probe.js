// Put into the victim's page by the test run before any of its own script (never shipped): reads the page's own capture of the
// counted clip and its getStats(). `await victimFigures()` gives what check_recording.py --browser expects.
(() => {
  const COLUMNS = 16, ROWS = 2, STRIP = 1 / 6
  const LOW = [...Array(8).keys()].map((i) => 500 + 100 * i)
  const HIGH = [...Array(8).keys()].map((i) => 1500 + 200 * i)
  const figures = { stats: [], pictures: [], tones: [] }
  const connections = []

  const crc = (number) => {
    let value = 0xffff
    for (const byte of [number >> 8, number & 255]) {
      value ^= byte << 8
      for (let bit = 0; bit < 8; bit++) value = value & 0x8000 ? ((value << 1) ^ 0x1021) & 0xffff : (value << 1) & 0xffff
    }
    return value
  }

  const canvas = document.createElement('canvas')
  const brush = canvas.getContext('2d', { willReadFrequently: true })

  const readBarcode = (video) => {
    canvas.width = 160
    canvas.height = 20
    const height = (video.videoHeight * STRIP) | 0
    brush.drawImage(video, 0, 0, video.videoWidth, height, 0, 0, 160, 20)
    const pixels = brush.getImageData(0, 0, 160, 20).data
    const at = (row, column) => pixels[((row * 10 + 5) * 160 + column * 10 + 5) * 4 + 1]
    const white = at(0, 0), black = at(0, 1)
    if (white - black < 60) return null
    let number = 0, check = 0
    for (let place = 2; place < COLUMNS * ROWS; place++) {
      const bit = at((place / COLUMNS) | 0, place % COLUMNS) > (white + black) / 2 ? 1 : 0
      if (place < 16) number = (number << 1) | bit
      else check = (check << 1) | bit
    }
    return crc(number) === check ? number : null
  }

  const watchPicture = (track) => {
    const video = document.createElement('video')
    video.muted = true
    video.srcObject = new MediaStream([track])
    video.play().catch(() => {})
    const look = (now) => {
      const number = readBarcode(video)
      if (number !== null) figures.pictures.push([now, number])
      if (track.readyState === 'live') video.requestVideoFrameCallback(look)
    }
    video.requestVideoFrameCallback(look)
  }

  const watchSound = (track) => {
    const context = new AudioContext({ sampleRate: 48000 })
    const analyser = new AnalyserNode(context, { fftSize: 1024, smoothingTimeConstant: 0 })
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser)
    const spectrum = new Float32Array(analyser.frequencyBinCount)
    const strongest = (group) => {
      const levels = group.map((frequency) => spectrum[Math.round((frequency * 1024) / 48000)])
      const best = levels.indexOf(Math.max(...levels))
      return [best, levels[best]]
    }
    let began = 0, votes = {}, told = false
    setInterval(() => {
      const now = performance.now()
      analyser.getFloatFrequencyData(spectrum)
      const [low, lowLevel] = strongest(LOW), [high, highLevel] = strongest(HIGH)
      if (Math.min(lowLevel, highLevel) < -45) {
        began = 0
        votes = {}
        told = false
        return
      }
      if (!began) began = now - 11 // the window is 21 ms long: half of it had to fill
      const second = low * 8 + high
      votes[second] = (votes[second] || 0) + 1
      if (!told && votes[second] >= 10) {
        told = true
        figures.tones.push([began, second])
      }
    }, 10)
  }

  const capture = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
  navigator.mediaDevices.getUserMedia = async (wish) => {
    const stream = await capture(wish)
    for (const track of stream.getVideoTracks()) watchPicture(track.clone())
    for (const track of stream.getAudioTracks()) watchSound(track.clone())
    return stream
  }

  const Connection = window.RTCPeerConnection
  window.RTCPeerConnection = class extends Connection {
    constructor(...given) {
      super(...given)
      connections.push(this)
    }
  }

  const readStats = async () => {
    const connection = connections.at(-1)
    if (!connection || connection.signalingState === 'closed') return
    let frames = 0, sent = 0
    for (const part of (await connection.getStats()).values()) {
      if (part.type === 'media-source' && part.kind === 'video') frames = part.frames || 0
      if (part.type === 'outbound-rtp' && part.kind === 'video') sent = part.framesSent || 0
    }
    figures.stats.push({ at_ms: performance.now(), frames, frames_sent: sent })
  }
  setInterval(readStats, 500)
  window.victimFigures = async () => {
    await readStats()
    return figures
  }
})()
